import Files

/// The policy for pictures of another size than the wanted one.
package enum SizePolicy: String, CaseIterable, Sendable {
  /// Pictures are of the size already, or refused.
  case fail
  /// Stretched to the size: each side by itself, area averages where it shrinks, linear interpolation
  /// where it grows.
  case resize
  /// The middle of a picture that is at least as large.
  case crop
  /// In the middle of background, a picture that is at most as large.
  case pad
}

/// The same values in the middle of more, or the middle of them.
enum PictureSize {
  /// The middle `height` x `width` pixels of a picture that has them; of an odd rest the smaller half is
  /// cut off above and to the left.
  static func cropped(_ picture: Canvas, height: Int, width: Int) -> Canvas {
    let (top, left) = ((picture.height - height) / 2, (picture.width - width) / 2)
    let channels = picture.channels
    var pixels: [UInt8] = []
    pixels.reserveCapacity(height * width * channels)
    for row in top..<top + height {
      let start = (row * picture.width + left) * channels
      pixels += picture.pixels[start..<start + width * channels]
    }
    return Canvas(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// A picture in the middle of background; of an odd rest the smaller half lies above and to the left.
  static func padded(
    _ picture: Canvas, height: Int, width: Int, background: [UInt8]
  ) -> Canvas {
    let channels = picture.channels
    let (top, left) = ((height - picture.height) / 2, (width - picture.width) / 2)
    var pixels = Array(repeatElement(background, count: height * width).joined())
    for row in 0..<picture.height {
      let from = row * picture.width * channels
      let to = ((top + row) * width + left) * channels
      pixels.replaceSubrange(
        to..<to + picture.width * channels,
        with: picture.pixels[from..<from + picture.width * channels])
    }
    return Canvas(height: height, width: width, channels: channels, pixels: pixels)
  }
}
