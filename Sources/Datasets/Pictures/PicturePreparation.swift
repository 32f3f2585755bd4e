import Configuration
import Files

/// A picture that a policy cannot make an image of the wanted size (exit code 65).
package struct PictureSizeFault: Fault, Equatable {
  package let path: String
  package let policy: SizePolicy
  /// Height and width.
  package let expected: [Int]
  package let found: [Int]

  package init(path: String, policy: SizePolicy, expected: [Int], found: [Int]) {
    self.path = path
    self.policy = policy
    self.expected = expected
    self.found = found
  }

  package var exitCode: ExitCode { .badData }

  package var description: String {
    let (wanted, own) = ("\(expected[0]) x \(expected[1])", "\(found[0]) x \(found[1])")
    let text = "\(printable(path)): expected "
    switch policy {
    case .fail, .resize:
      return text
        + "a picture of \(wanted) pixels like the others, found \(own); make them one size "
        + "first, or choose sizes: resize, crop or pad"
    case .crop:
      return text
        + "at least \(wanted) pixels to crop, found \(own); choose sizes: pad or resize, or "
        + "another size"
    case .pad:
      return text
        + "at most \(wanted) pixels to pad, found \(own); choose sizes: crop or resize, or "
        + "another size"
    }
  }
}

/// Settings by which pictures of any kind and size become images of one shape.
package struct PicturePreparation: Hashable, Sendable {
  package enum Channels: String, CaseIterable, Sendable {
    /// RGB if any picture is of a colour kind (RGB or palette, whatever its colours are), else grey.
    case auto
    case grey, rgb
  }

  /// Most pixels of an image: a few words must not ask for gigabytes.
  package static let mostPixels = 1 << 24

  /// The message about a size of more pixels than `mostPixels`; nil for an allowed one.
  package static func excess(_ size: [Int]) -> String? {
    guard size.reduce(1, *) > mostPixels else { return nil }
    return "expected at most \(mostPixels) pixels, found "
      + size.map(String.init).joined(separator: " x ") + "; take a smaller size"
  }

  package var channels: Channels
  package var sizes: SizePolicy
  /// Height and width; nil for the first picture's.
  package var size: [Int]?
  /// Red, green, blue: behind transparency, and around padded pictures.
  package var background: [UInt8]

  package init(
    channels: Channels = .auto, sizes: SizePolicy = .fail, size: [Int]? = nil,
    background: [UInt8] = [0, 0, 0]
  ) {
    precondition(size == nil || size?.count == 2, "height and width")
    self.channels = channels
    self.sizes = sizes
    self.size = size
    self.background = background
  }

  /// `[row, column, channel]` of a shape.
  ///
  /// - Parameter path: only names the picture.
  /// - Throws: `PictureSizeFault`.
  package func prepared(
    _ image: PNGImage, as shape: ImageShape, path: String
  ) throws -> [UInt8] {
    let colour = PictureColour(channels: shape.channels, background: background)
    let (height, width) = (shape.height, shape.width)
    let (ownHeight, ownWidth) = (image.height, image.width)
    let fits =
      switch sizes {
      case .fail: (ownHeight, ownWidth) == (height, width)
      case .resize: true
      case .crop: ownHeight >= height && ownWidth >= width
      case .pad: ownHeight <= height && ownWidth <= width
      }
    guard fits else {
      throw PictureSizeFault(
        path: path, policy: sizes, expected: [height, width], found: [ownHeight, ownWidth])
    }
    let pixels = colour.converted(image)
    if (ownHeight, ownWidth) == (height, width) { return pixels }
    let picture = Canvas(
      height: ownHeight, width: ownWidth, channels: shape.channels, pixels: pixels)
    switch sizes {
    case .fail: return pixels
    case .resize:
      return resized(
        pixels, height: ownHeight, width: ownWidth, channels: shape.channels, toHeight: height,
        toWidth: width)
    case .crop: return PictureSize.cropped(picture, height: height, width: width).pixels
    case .pad:
      return PictureSize.padded(
        picture, height: height, width: width, background: colour.backgroundPixel
      ).pixels
    }
  }

  /// What was done, for the record of a data set.
  package func record(_ shape: ImageShape) -> [String: String] {
    [
      "channels": shape.channels == 3 ? "rgb" : "grey", "sizes": sizes.rawValue,
      "size": "\(shape.height) x \(shape.width)",
      "background": background.map(String.init).joined(separator: " "),
    ]
  }
}
