import Kernels

/// A division of a leaf region's values into parts that are independent of each other given a unit.
package enum LeafDivision: Sendable {
  /// A grid of rectangles over a region that is a whole image.
  case cells(CellGrid)
  /// The channels of colour: a part has one of each pixel.
  case channels

  package func count(_ shape: LeafShape) -> Int {
    switch self {
    case .cells(let grid): grid.count
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
  /// The pixels of each cell, one after the other.
  private let pixels: AlignedBuffer<Int32>
  /// Where each cell starts in `pixels`, and the end.
  private let offsets: [Int]

  package init(region: [Int], cell: [Int]) {
    precondition(region.count == 2 && cell.count == 2 && (region + cell).allSatisfy { $0 > 0 })
    self.region = region
    self.cell = cell
    var flat: [Int32] = []
    var offsets = [0]
    for top in stride(from: 0, to: region[0], by: cell[0]) {
      for left in stride(from: 0, to: region[1], by: cell[1]) {
        for row in top..<min(top + cell[0], region[0]) {
          for column in left..<min(left + cell[1], region[1]) {
            flat.append(Int32(row * region[1] + column))
          }
        }
        offsets.append(flat.count)
      }
    }
    pixels = AlignedBuffer(flat)
    self.offsets = offsets
  }

  var count: Int { offsets.count - 1 }

  func pixels(of index: Int) -> Int { offsets[index + 1] - offsets[index] }

  @inline(__always)
  func pixel(_ place: Int, of index: Int) -> Int { Int(pixels.pointer[offsets[index] + place]) }
}
