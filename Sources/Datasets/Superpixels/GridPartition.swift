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
/// or dropped. Cells are numbered row-major over the lattice, pixels row-major over the image; where a
/// pixel has several channels, its values lie side by side: value d is channel d % channels of pixel
/// d / channels.
package struct GridPartition: Equatable, Sendable {
  package let imageHeight: Int
  package let imageWidth: Int
  package let cellHeight: Int
  package let cellWidth: Int
  /// Values of a pixel.
  package let channels: Int
  /// Lattice of cells.
  package let rows: Int
  package let columns: Int
  /// `[cell][position]` -> value, values of pixels that are row-major inside the cell.
  package let cells: [[Int]]
  /// Superpixel order: `order[position]` is the value stored at `position`.
  package let order: [Int32]
  /// `inverse[value]` is the position at which `value` is stored.
  package let inverse: [Int32]
  /// Cell `r` occupies the stored positions `offsets[r]..<offsets[r + 1]`.
  package let offsets: [Int]

  package var shape: ImageShape {
    ImageShape(height: imageHeight, width: imageWidth, channels: channels)
  }

  /// Height and width of a cell.
  package var superpixel: [Int] { [cellHeight, cellWidth] }

  /// `superpixels of 4 x 4 of images of 28 x 28`, for messages.
  package var words: String {
    "superpixels of \(cellHeight) x \(cellWidth) of images of \(shape)"
  }

  /// Values of an image.
  package var valueCount: Int { shape.valueCount }

  /// Throws `PartitionFault` (78) unless 1 <= cell <= image on both sides.
  package init(
    imageHeight: Int, imageWidth: Int, cellHeight: Int, cellWidth: Int, channels: Int = 1
  ) throws {
    precondition(channels > 0, "a pixel has a value")
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
      let pixels = (top..<min(top + cellHeight, imageHeight)).flatMap { y in
        (left..<min(left + cellWidth, imageWidth)).map { x in y * imageWidth + x }
      }
      return ImageShape.values(of: pixels, channels: channels)
    }
    let order = cells.flatMap { $0.map(Int32.init) }
    var inverse = [Int32](repeating: 0, count: order.count)
    for (position, value) in order.enumerated() { inverse[Int(value)] = Int32(position) }
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    self.cellHeight = cellHeight
    self.cellWidth = cellWidth
    self.channels = channels
    self.rows = rows
    self.columns = columns
    self.cells = cells
    self.order = order
    self.inverse = inverse
    self.offsets = cells.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
  }
}
