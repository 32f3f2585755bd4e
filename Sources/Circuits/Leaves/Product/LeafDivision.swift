/// A division of a leaf region's values into parts that are independent of each other given a unit.
package enum LeafDivision: Sendable {
  /// A grid of rectangles over a region that is a whole image.
  case cells(CellGrid)
  /// The channels of colour: a part has one of each pixel.
  case channels

  package func count(_ shape: LeafShape) -> Int {
    switch self {
    // Zero for a region of another size, which `ProductLeaf.complaint` reports.
    case .cells(let grid): shape.pixels == grid.pixelCount ? grid.count : 0
    case .channels: shape.channels
    }
  }

  package func part(_ index: Int, of shape: LeafShape) -> LeafShape {
    switch self {
    case .cells(let grid): LeafShape(units: shape.units, pixels: grid.pixels(of: index))
    case .channels: LeafShape(units: shape.units, pixels: shape.pixels / shape.channels)
    }
  }

  /// The region's value that is number `place` of a part.
  @inline(__always)
  func value(_ place: Int, of part: Int, _ shape: LeafShape) -> Int {
    switch self {
    case .cells(let grid): grid.pixel(place, of: part)
    case .channels: place * shape.channels + part
    }
  }
}

/// Cells of a whole image, row-major; those of the last row and column are smaller where they do not
/// divide it.
package struct CellGrid: Sendable {
  /// Rows and columns of pixels of the image.
  package let region: [Int]
  /// Rows and columns of pixels of a cell.
  package let cell: [Int]
  private let width, cellRows, cellColumns, cellsOfRow: Int
  let pixelCount: Int
  let count: Int

  package init(region: [Int], cell: [Int]) {
    precondition(region.count == 2 && cell.count == 2 && (region + cell).allSatisfy { $0 > 0 })
    self.region = region
    self.cell = cell
    pixelCount = region[0] * region[1]
    width = region[1]
    (cellRows, cellColumns) = (min(cell[0], region[0]), min(cell[1], region[1]))
    cellsOfRow = (region[1] - 1) / cellColumns + 1
    count = ((region[0] - 1) / cellRows + 1) * cellsOfRow
  }

  func pixels(of index: Int) -> Int {
    let (top, left) = corner(of: index)
    return min(cellRows, region[0] - top) * min(cellColumns, width - left)
  }

  /// The pixel of the image that is number `place` of a cell, row-major in both.
  @inline(__always)
  func pixel(_ place: Int, of index: Int) -> Int {
    let (top, left) = corner(of: index)
    let (row, column) = place.quotientAndRemainder(dividingBy: min(cellColumns, width - left))
    return (top + row) * width + left + column
  }

  @inline(__always)
  private func corner(of index: Int) -> (top: Int, left: Int) {
    let (row, column) = index.quotientAndRemainder(dividingBy: cellsOfRow)
    return (row * cellRows, column * cellColumns)
  }
}
