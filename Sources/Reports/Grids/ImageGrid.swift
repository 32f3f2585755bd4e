import Files

/// The layout of many small images of one size in one picture.
package struct ImageGrid: Sendable {
  /// Pixels between images, after magnification; none around the outside.
  package var gap: Int
  package var background: UInt8
  /// Each image pixel becomes a square of this side.
  package var magnification: Int

  package init(gap: Int = 2, background: UInt8 = 128, magnification: Int = 1) {
    precondition(gap >= 0 && magnification > 0)
    self.gap = gap
    self.background = background
    self.magnification = magnification
  }

  /// The images, u8 `[image, row, column]` or `[image, row, column, channel]` in one array, row by row
  /// with `columns` a row.
  ///
  /// Cells of an incomplete last row are background. An empty set gives one background pixel,
  /// because no file format holds an empty picture.
  package func compose(
    _ pixels: [UInt8], height: Int, width: Int, channels: Int = 1, columns: Int
  ) -> Canvas {
    let valueCount = height * width * channels
    precondition(valueCount > 0 && columns > 0)
    precondition(pixels.count % valueCount == 0, "images of one size")
    let count = pixels.count / valueCount
    let rows = (count + columns - 1) / columns
    guard count > 0 else {
      return Canvas(height: 1, width: 1, channels: channels, fill: background)
    }
    let stepY = height * magnification + gap
    let stepX = width * magnification + gap
    var canvas = Canvas(
      height: rows * stepY - gap, width: min(columns, count) * stepX - gap,
      channels: channels, fill: background)
    for image in 0..<count {
      canvas.draw(
        pixels[(image * valueCount)..<((image + 1) * valueCount)],
        imageWidth: width, top: image / columns * stepY, left: image % columns * stepX,
        scale: magnification)
    }
    return canvas
  }

  /// Pictures side by side, `space` pixels of background between them, top edges aligned.
  package func beside(_ blocks: [Canvas], space: Int) -> Canvas {
    let channels = Self.channels(of: blocks)
    var canvas = Canvas(
      height: blocks.map(\.height).max() ?? 1,
      width: max(1, blocks.map(\.width).reduce(0, +) + space * max(0, blocks.count - 1)),
      channels: channels, fill: background)
    var left = 0
    for block in blocks {
      canvas.draw(block.pixels[...], imageWidth: block.width, top: 0, left: left, scale: 1)
      left += block.width + space
    }
    return canvas
  }

  /// Pictures below each other, `space` pixels of background between them, left edges aligned:
  /// the rows of a film strip.
  package func stacked(_ blocks: [Canvas], space: Int) -> Canvas {
    let channels = Self.channels(of: blocks)
    var canvas = Canvas(
      height: max(1, blocks.map(\.height).reduce(0, +) + space * max(0, blocks.count - 1)),
      width: blocks.map(\.width).max() ?? 1, channels: channels, fill: background)
    var top = 0
    for block in blocks {
      canvas.draw(block.pixels[...], imageWidth: block.width, top: top, left: 0, scale: 1)
      top += block.height + space
    }
    return canvas
  }

  private static func channels(of blocks: [Canvas]) -> Int {
    let channels = blocks.first?.channels ?? 1
    precondition(blocks.allSatisfy { $0.channels == channels }, "pictures of one kind")
    return channels
  }
}
