import Files

/// How many pictures of each kind were read.
package struct PictureTally: Equatable, Sendable {
  /// Turned upright as their orientation in eXIf says.
  package private(set) var turned = 0
  package private(set) var transparent = 0
  /// Of 16 bits a sample.
  package private(set) var deep = 0

  package init() {}

  init(_ image: PNGImage) {
    turned = image.orientation == .upright ? 0 : 1
    transparent = image.isTransparent ? 1 : 0
    deep = image.bitDepth == 16 ? 1 : 0
  }

  static func += (tally: inout PictureTally, more: PictureTally) {
    tally.turned += more.turned
    tally.transparent += more.transparent
    tally.deep += more.deep
  }

  /// For the record of a data set.
  var record: [String: String] { turned > 0 ? ["turned": "\(turned) by eXIf orientation"] : [:] }

  var notes: [String] {
    turned > 0
      ? [
        "\(turned) \(turned == 1 ? "picture" : "pictures") turned upright as the orientation in eXIf says"
      ]
      : []
  }
}

/// Counts of the levels of images, and warnings about unlikely ones.
package struct LevelTally: Sendable {
  private let shape: ImageShape
  private var images = 0
  /// Images whose pixels are all the same.
  private var constant = 0
  private var largest: UInt8 = 0

  package init(_ shape: ImageShape) { self.shape = shape }

  /// - Parameter bytes: u8 `[image, row, column, channel]`, whole images.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let size = shape.valueCount
    for start in stride(from: 0, to: bytes.count, by: size) {
      let image = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
      images += 1
      for byte in image { largest = max(largest, byte) }
      // The same as itself, a pixel later.
      let later = UnsafeRawBufferPointer(rebasing: image.dropFirst(shape.channels))
      if image.starts(with: later) { constant += 1 }
    }
  }

  /// Warnings for the user, a line each.
  package func warnings(_ pictures: PictureTally) -> [String] {
    guard images > 0 else { return [] }
    // Nearly all: a blank page among them is none of it.
    if 20 * constant >= 19 * images {
      return [
        "\(constant) of \(images) images have one level in all pixels"
          + (pictures.transparent > 0
            ? ": what they show is in their transparency, and the background has the same level; choose another, "
              + "--background white (in a pipeline background: white)"
            : ": they are blank")
      ]
    }
    // White of 14 bits in 16 is level 64 of 8.
    guard largest <= 64 else { return [] }
    return [
      "all levels are below \(Int(largest) + 1), of 256"
        + (pictures.deep > 0
          ? ": values of fewer bits in files of 16 (12 bits end at 4095 of 65535)" : "")
        + "; multiply the values first, so that white is the largest level"
    ]
  }
}
