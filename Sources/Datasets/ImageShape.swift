/// The size of every image of a data set, and how many values a pixel has.
package struct ImageShape: Hashable, Sendable, CustomStringConvertible {
  package let height: Int
  package let width: Int
  /// 1 (grey) or 3 (red, green, blue).
  package let channels: Int

  package init(height: Int, width: Int, channels: Int = 1) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  package var pixelCount: Int { height * width }
  /// Values of an image: value d is channel d % channels of pixel d / channels.
  package var valueCount: Int { height * width * channels }

  /// Sizes as an array has them: `[row, column]`, with colour `[row, column, channel]`.
  package var sizes: [Int] { [height, width] + (channels == 1 ? [] : [channels]) }

  package var description: String { sizes.map(String.init).joined(separator: " x ") }

  /// The values of each pixel of a list, side by side.
  package static func values(of pixels: [Int], channels: Int) -> [Int] {
    channels == 1
      ? pixels
      : pixels.flatMap { pixel in (0..<channels).map { pixel * channels + $0 } }
  }
}
