import Configuration
import Files

/// A picture of 8-bit grey or RGB pixels, to be embedded in a drawing.
///
/// Its pixels stay crisp squares: librsvg (2.54) ignores `image-rendering: pixelated` and smooths,
/// so a picture shown larger than it is becomes whole squares of pixels before it is embedded.
package struct Picture: Sendable {
  private let image: PNGImage

  package var width: Int { image.width }
  package var height: Int { image.height }

  package init(_ image: PNGImage) {
    precondition(image.width > 0 && image.height > 0, "a picture has pixels")
    self.image = image
  }

  /// Throws `PNGFault` (65) for what is no plain 8-bit PNG, `FileFault` where it can't be read.
  package init(path: String) throws { self.init(try PNGFile.read(path)) }

  /// The PNG to embed where the picture is to be so many pixels wide.
  func png(shownAt shownWidth: Double) throws -> [UInt8] {
    let factor = max(Int(bounded: (shownWidth / Double(image.width)).rounded(.up)), 1)
    return try PNGFile.encode(
      pixels: magnified(by: factor), width: image.width * factor, height: image.height * factor,
      channels: image.channels)
  }

  /// Each pixel as `factor` x `factor` of them.
  private func magnified(by factor: Int) -> [UInt8] {
    guard factor > 1 else { return image.pixels }
    let rowLength = image.width * image.channels
    var pixels: [UInt8] = []
    pixels.reserveCapacity(image.pixels.count * factor * factor)
    for row in 0..<image.height {
      let samples = image.pixels[row * rowLength..<(row + 1) * rowLength]
      var wide: [UInt8] = []
      wide.reserveCapacity(rowLength * factor)
      for start in stride(from: samples.startIndex, to: samples.endIndex, by: image.channels) {
        for _ in 0..<factor { wide += samples[start..<start + image.channels] }
      }
      for _ in 0..<factor { pixels += wide }
    }
    return pixels
  }
}
