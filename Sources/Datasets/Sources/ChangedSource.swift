/// Another source's images, each changed by itself.
package struct ChangedSource: ImageSource {
  package enum Change: Sendable {
    /// Rows become columns, as EMNIST's authors store them.
    case transposed
    /// A grey level becomes three equal values.
    case coloured
    /// Red, green and blue become their luma.
    case grey

    func shape(_ old: ImageShape) -> ImageShape {
      switch self {
      case .transposed:
        ImageShape(height: old.width, width: old.height, channels: old.channels)
      case .coloured: ImageShape(height: old.height, width: old.width, channels: 3)
      case .grey: ImageShape(height: old.height, width: old.width)
      }
    }

    var record: [String: String] {
      switch self {
      case .transposed: ["transposed": "rows and columns"]
      case .coloured: ["channels": "rgb of grey levels"]
      case .grey: ["channels": "grey (BT.601 luma)"]
      }
    }

    /// One image of the shape `old`.
    func apply(
      _ old: ImageShape, from: UnsafeRawBufferPointer, to: UnsafeMutableRawBufferPointer
    ) {
      switch self {
      case .transposed:
        let channels = old.channels
        for row in 0..<old.height {
          for column in 0..<old.width {
            for channel in 0..<channels {
              to[(column * old.height + row) * channels + channel] =
                from[(row * old.width + column) * channels + channel]
            }
          }
        }
      case .coloured: for place in to.indices { to[place] = from[place / 3] }
      case .grey:
        for pixel in to.indices {
          to[pixel] = PictureColour.luma(from[3 * pixel], from[3 * pixel + 1], from[3 * pixel + 2])
        }
      }
    }
  }

  private let base: any ImageSource
  private let change: Change

  package init(_ base: any ImageSource, _ change: Change) {
    self.base = base
    self.change = change
  }

  package var partNames: [String] { base.partNames }
  package var classNames: [String] { base.classNames }
  package var files: [(name: String, path: String)] { base.files }
  package var notes: [String] { base.notes }

  package func preparation() throws -> [String: String] {
    try base.preparation().merging(change.record) { _, own in own }
  }

  package func outline() throws -> ImageOutline? {
    try base.outline().map {
      ImageOutline(shape: change.shape($0.shape), counts: $0.counts, classes: $0.classes)
    }
  }

  package func reader(_ part: String) throws -> any ImageReader {
    ChangedImages(try base.reader(part), change)
  }
}

private final class ChangedImages: ImageReader {
  private let base: any ImageReader
  private let change: ChangedSource.Change
  let shape: ImageShape
  var count: Int { base.count }
  var tally: PictureTally { base.tally }

  init(_ base: any ImageReader, _ change: ChangedSource.Change) {
    self.base = base
    self.change = change
    shape = change.shape(base.shape)
  }

  func labels() throws -> [Int32]? { try base.labels() }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let (size, oldSize) = (shape.valueCount, base.shape.valueCount)
    let images = output.count / size
    let stored = UnsafeMutableRawBufferPointer.allocate(
      byteCount: images * oldSize, alignment: 64)
    defer { stored.deallocate() }
    try base.read(into: stored)
    for image in 0..<images {
      change.apply(
        base.shape,
        from: UnsafeRawBufferPointer(rebasing: stored[image * oldSize..<(image + 1) * oldSize]),
        to: .init(rebasing: output[image * size..<(image + 1) * size]))
    }
  }
}
