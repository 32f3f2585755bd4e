import Configuration
import Datasets
import Testing

@Suite struct GridPartitionTests {
  @Test func orderIsAPermutationForEveryShape() throws {
    for height in 1...6 {
      for width in 1...7 {
        for cellHeight in 1...height {
          for cellWidth in 1...width {
            try check(height, width, cellHeight, cellWidth)
          }
        }
      }
    }
  }

  func check(_ height: Int, _ width: Int, _ cellHeight: Int, _ cellWidth: Int) throws {
    let label: Comment = "\(height) x \(width) by \(cellHeight) x \(cellWidth)"
    let grid = try GridPartition(
      imageHeight: height, imageWidth: width, cellHeight: cellHeight, cellWidth: cellWidth)
    #expect(grid.order.sorted() == (0..<Int32(height * width)).map { $0 }, label)
    #expect(grid.order.enumerated().allSatisfy { grid.inverse[Int($1)] == Int32($0) }, label)
    #expect(grid.cells.count == grid.rows * grid.columns, label)
    #expect(grid.offsets.last == height * width, label)
    for (cell, pixels) in grid.cells.enumerated() {
      let stored = grid.order[grid.offsets[cell]..<grid.offsets[cell + 1]]
      #expect(stored.map(Int.init) == pixels && pixels == pixels.sorted(), label)
      #expect(
        pixels.allSatisfy {
          $0 / width / cellHeight == cell / grid.columns
            && $0 % width / cellWidth == cell % grid.columns
        }, label)
    }
  }

  @Test func lastRowAndColumnAreSmaller() throws {
    let grid = try GridPartition(imageHeight: 3, imageWidth: 5, cellHeight: 2, cellWidth: 2)
    #expect(grid.rows == 2 && grid.columns == 3)
    #expect(grid.cells == [[0, 1, 5, 6], [2, 3, 7, 8], [4, 9], [10, 11], [12, 13], [14]])
  }

  /// A superpixel holds pixels, and a pixel's channels stand side by side.
  @Test func coloursStayTogether() throws {
    let grid = try GridPartition(
      imageHeight: 3, imageWidth: 5, cellHeight: 2, cellWidth: 3, channels: 3)
    let grey = try GridPartition(imageHeight: 3, imageWidth: 5, cellHeight: 2, cellWidth: 3)
    #expect(grid.valueCount == 45 && grid.cells.count == 4)
    let values = grey.cells.map { cell in
      cell.flatMap { pixel -> [Int] in [3 * pixel, 3 * pixel + 1, 3 * pixel + 2] }
    }
    #expect(grid.cells == values)
    #expect(grid.order.sorted() == (0..<45).map { $0 })
    #expect(grid.order.enumerated().allSatisfy { grid.inverse[Int($1)] == Int32($0) })
    #expect(grid.offsets == [0, 18, 30, 39, 45])
  }

  @Test(arguments: [(0, 2), (2, 0), (4, 2), (2, 6), (-1, 1)])
  func impossibleCellsAreRefused(cellHeight: Int, cellWidth: Int) {
    let fault = #expect(throws: PartitionFault.self) {
      try GridPartition(
        imageHeight: 3, imageWidth: 5, cellHeight: cellHeight, cellWidth: cellWidth)
    }
    #expect(fault?.exitCode == .configuration)
  }
}
