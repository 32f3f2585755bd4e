import Files

/// Conversion of a picture of any kind to grey levels or RGB.
///
/// A transparent pixel is composed with `background`: (value * alpha + background * (255 - alpha) + 127) / 255, in
/// the picture's own colours. Grey of a colour is its luma after ITU-R BT.601, in integers:
/// (19595 red + 38470 green + 7471 blue + 32768) / 65536. Values are taken as they are: no gamma.
package struct PictureColour: Hashable, Sendable {
  /// 1 or 3.
  package let channels: Int
  /// Red, green, blue.
  package let background: [UInt8]

  package init(channels: Int, background: [UInt8]) {
    precondition(channels == 1 || channels == 3, "grey or RGB")
    precondition(background.count == 3, "red, green, blue")
    self.channels = channels
    self.background = background
  }

  package static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let (red, green, blue) = (UInt32(red), UInt32(green), UInt32(blue))
    let sum: UInt32 = 19_595 * red + 38_470 * green + 7_471 * blue + 32_768
    return UInt8(sum >> 16)
  }

  /// The background as a pixel of an image.
  package var backgroundPixel: [UInt8] {
    channels == 3 ? background : [Self.luma(background[0], background[1], background[2])]
  }

  /// `[row, column, channel]` of `channels`.
  package func converted(_ image: PNGImage) -> [UInt8] {
    if image.channels == channels { return image.pixels }
    let count = image.height * image.width
    return [UInt8](unsafeUninitializedCapacity: count * channels) { output, filled in
      image.pixels.withUnsafeBufferPointer { input in
        for pixel in 0..<count {
          let colours = opaque(input, pixel, image.channels)
          if channels == 3 {
            output[3 * pixel] = colours.0
            output[3 * pixel + 1] = colours.1
            output[3 * pixel + 2] = colours.2
          } else {
            output[pixel] =
              image.channels < 3 ? colours.0 : Self.luma(colours.0, colours.1, colours.2)
          }
        }
      }
      filled = count * channels
    }
  }

  /// Red, green and blue of one pixel over the background; of grey for grey all three its level.
  private func opaque(
    _ input: UnsafeBufferPointer<UInt8>, _ pixel: Int, _ channels: Int
  ) -> (UInt8, UInt8, UInt8) {
    let start = pixel * channels
    let isGrey = channels < 3
    let colours = (
      input[start], input[start + (isGrey ? 0 : 1)], input[start + (isGrey ? 0 : 2)]
    )
    guard channels == 2 || channels == 4 else { return colours }
    let alpha = Int(input[start + channels - 1])
    func over(_ value: UInt8, _ background: UInt8) -> UInt8 {
      UInt8((Int(value) * alpha + Int(background) * (255 - alpha) + 127) / 255)
    }
    if isGrey, self.channels == 1 {
      let level = over(colours.0, Self.luma(background[0], background[1], background[2]))
      return (level, level, level)
    }
    return (
      over(colours.0, background[0]), over(colours.1, background[1]),
      over(colours.2, background[2])
    )
  }
}
