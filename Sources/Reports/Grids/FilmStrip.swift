import Files

/// A picture of rows of images with a number before each, such as samples after each epoch.
package struct FilmStrip: Sendable {
  package struct Row: Sendable {
    package let number: Int
    /// `[image][row][column][channel]`
    package let pixels: [UInt8]
    /// Size of each image.
    package let height: Int
    package let width: Int
    package let channels: Int

    package init(number: Int, pixels: [UInt8], height: Int, width: Int, channels: Int = 1) {
      self.number = number
      self.pixels = pixels
      self.height = height
      self.width = width
      self.channels = channels
    }

    fileprivate var count: Int { pixels.count / (height * width * channels) }
  }

  package let magnification: Int

  package init(magnification: Int) { self.magnification = magnification }

  /// The strip; rows of one image size, in the order given.
  package func compose(_ rows: [Row]) -> Canvas {
    let grid = ImageGrid(gap: magnification, background: 128, magnification: magnification)
    let digits = rows.map { String($0.number).count }.max() ?? 1
    return grid.stacked(
      rows.map { row in
        let strip = grid.compose(
          row.pixels, height: row.height, width: row.width, channels: row.channels,
          columns: max(row.count, 1))
        let label = NumberLabel(scale: max(min(2 * magnification, strip.height / 6), 1))
          .canvas(
            row.number, digits: digits, height: strip.height, channels: row.channels,
            background: 128)
        return grid.beside([label, strip], space: 2 * magnification)
      }, space: magnification)
  }
}

/// A number in a 3 by 5 dot face: enough for a row's label, without a font.
struct NumberLabel {
  let scale: Int

  /// Rows of three dots, top to bottom, of 0...9.
  private static let face: [[UInt8]] = [
    [0b111, 0b101, 0b101, 0b101, 0b111], [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111], [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001], [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111], [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111], [0b111, 0b101, 0b111, 0b001, 0b111],
  ]

  /// The number right-aligned in the space of `digits`, centred in `height`.
  func canvas(
    _ number: Int, digits: Int, height: Int, channels: Int = 1, background: UInt8
  ) -> Canvas {
    let shown = String(max(number, 0)).compactMap(\.wholeNumberValue)
    // A dot of space on either side.
    let width = (max(digits, shown.count) * 4 + 1) * scale
    var pixels = [UInt8](repeating: background, count: width * height)
    let top = max((height - 5 * scale) / 2, 0)
    let left = width - shown.count * 4 * scale
    for (place, digit) in shown.enumerated() {
      for y in 0..<min(5 * scale, height - top) {
        for x in 0..<3 * scale where Self.face[digit][y / scale] >> (2 - x / scale) & 1 == 1 {
          pixels[(top + y) * width + left + place * 4 * scale + x] = 255
        }
      }
    }
    return Canvas(
      height: height, width: width, channels: channels,
      pixels: pixels.flatMap { Array(repeating: $0, count: channels) })
  }
}
