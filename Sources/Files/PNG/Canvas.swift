/// A picture: `pixels` is u8 `[row, column]`, with colour `[row, column, channel]`.
package struct Canvas: Equatable, Sendable {
  package let height: Int
  package let width: Int
  /// 1 (grey) or 3 (RGB).
  package let channels: Int
  package private(set) var pixels: [UInt8]

  /// All values `fill`: a shade of grey.
  package init(height: Int, width: Int, channels: Int = 1, fill: UInt8) {
    self.init(
      height: height, width: width, channels: channels,
      pixels: [UInt8](repeating: fill, count: height * width * channels))
  }

  package init(height: Int, width: Int, channels: Int = 1, pixels: [UInt8]) {
    precondition(pixels.count == height * width * channels)
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// Draws `image` (`[row, column, channel]`, `imageWidth` wide) with each pixel a square of side
  /// `scale`.
  package mutating func draw(
    _ image: ArraySlice<UInt8>, imageWidth: Int, top: Int, left: Int, scale: Int
  ) {
    for (position, value) in image.enumerated() {
      let (pixel, channel) = (position / channels, position % channels)
      let y = top + pixel / imageWidth * scale
      let x = left + pixel % imageWidth * scale
      for row in y..<(y + scale) {
        for column in x..<(x + scale) {
          pixels[(row * width + column) * channels + channel] = value
        }
      }
    }
  }
}
