import Configuration

/// A cell size that does not fit the image.
package struct PartitionFault: Fault, Equatable {
  package let imageHeight: Int
  package let imageWidth: Int
  package let cellHeight: Int
  package let cellWidth: Int

  package var exitCode: ExitCode { .configuration }

  package var description: String {
    "superpixels of \(cellHeight) x \(cellWidth) do not fit images of \(imageHeight) x "
      + "\(imageWidth): expected 1 to \(imageHeight) x 1 to \(imageWidth)"
  }
}

/// The `grid` partition: an image cut into blocks of `cellHeight` x `cellWidth` pixels.
///
/// Where the image does not divide, the last row or column of cells is smaller; nothing is padded
/// or dropped. Cells are numbered row-major over the lattice, pixels row-major over the image.
package struct GridPartition: Equatable, Sendable {
  package let imageHeight: Int
  package let imageWidth: Int
  package let cellHeight: Int
  package let cellWidth: Int
  /// Lattice of cells.
  package let rows: Int
  package let columns: Int
  /// `[cell][position]` -> row-major pixel, pixels row-major inside the cell.
  package let cells: [[Int]]
  /// Superpixel order: `order[position]` is the row-major pixel stored at `position`.
  package let order: [Int32]
  /// `inverse[pixel]` is the position at which `pixel` is stored.
  package let inverse: [Int32]
  /// Cell `r` occupies the stored positions `offsets[r]..<offsets[r + 1]`.
  package let offsets: [Int]

  package var pixelCount: Int { imageHeight * imageWidth }

  /// Throws `PartitionFault` (78) unless 1 <= cell <= image on both sides.
  package init(imageHeight: Int, imageWidth: Int, cellHeight: Int, cellWidth: Int) throws {
    guard (1...max(1, imageHeight)).contains(cellHeight), imageHeight > 0,
      (1...max(1, imageWidth)).contains(cellWidth), imageWidth > 0
    else {
      throw PartitionFault(
        imageHeight: imageHeight, imageWidth: imageWidth, cellHeight: cellHeight,
        cellWidth: cellWidth)
    }
    let rows = (imageHeight + cellHeight - 1) / cellHeight
    let columns = (imageWidth + cellWidth - 1) / cellWidth
    let cells = (0..<(rows * columns)).map { cell in
      let top = cell / columns * cellHeight
      let left = cell % columns * cellWidth
      return (top..<min(top + cellHeight, imageHeight)).flatMap { y in
        (left..<min(left + cellWidth, imageWidth)).map { x in y * imageWidth + x }
      }
    }
    let order = cells.flatMap { $0.map(Int32.init) }
    var inverse = [Int32](repeating: 0, count: order.count)
    for (position, pixel) in order.enumerated() { inverse[Int(pixel)] = Int32(position) }
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    self.cellHeight = cellHeight
    self.cellWidth = cellWidth
    self.rows = rows
    self.columns = columns
    self.cells = cells
    self.order = order
    self.inverse = inverse
    self.offsets = cells.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
  }
}
