/// A grey picture: `pixels` is u8 `[row, column]`.
package struct GreyCanvas: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package private(set) var pixels: [UInt8]

  package init(height: Int, width: Int, fill: UInt8) {
    self.height = height
    self.width = width
    pixels = [UInt8](repeating: fill, count: height * width)
  }

  package init(height: Int, width: Int, pixels: [UInt8]) {
    precondition(pixels.count == height * width)
    self.height = height
    self.width = width
    self.pixels = pixels
  }

  /// Draws `image` (`[row, column]`, `imageWidth` wide) with each pixel a square of side `scale`.
  mutating func draw(
    _ image: ArraySlice<UInt8>, imageWidth: Int, top: Int, left: Int, scale: Int
  ) {
    for (position, value) in image.enumerated() {
      let y = top + position / imageWidth * scale
      let x = left + position % imageWidth * scale
      for row in y..<(y + scale) {
        for column in x..<(x + scale) { pixels[row * width + column] = value }
      }
    }
  }
}

/// How many small images of one size become one picture.
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

  /// The images, u8 `[image, row, column]` in one array, row by row with `columns` a row.
  ///
  /// Cells of an incomplete last row are background. An empty set gives one background pixel,
  /// because no file format holds an empty picture.
  package func compose(
    _ pixels: [UInt8], height: Int, width: Int, columns: Int
  ) -> GreyCanvas {
    precondition(height > 0 && width > 0 && columns > 0)
    precondition(pixels.count % (height * width) == 0, "images of one size")
    let count = pixels.count / (height * width)
    let rows = (count + columns - 1) / columns
    guard count > 0 else { return GreyCanvas(height: 1, width: 1, fill: background) }
    let stepY = height * magnification + gap
    let stepX = width * magnification + gap
    var canvas = GreyCanvas(
      height: rows * stepY - gap, width: min(columns, count) * stepX - gap, fill: background)
    for image in 0..<count {
      canvas.draw(
        pixels[(image * height * width)..<((image + 1) * height * width)], imageWidth: width,
        top: image / columns * stepY, left: image % columns * stepX, scale: magnification)
    }
    return canvas
  }

  /// Pictures side by side, `space` pixels of background between them, top edges aligned.
  package func beside(_ blocks: [GreyCanvas], space: Int) -> GreyCanvas {
    var canvas = GreyCanvas(
      height: blocks.map(\.height).max() ?? 1,
      width: max(1, blocks.map(\.width).reduce(0, +) + space * max(0, blocks.count - 1)),
      fill: background)
    var left = 0
    for block in blocks {
      canvas.draw(block.pixels[...], imageWidth: block.width, top: 0, left: left, scale: 1)
      left += block.width + space
    }
    return canvas
  }

  /// Pictures below each other, `space` pixels of background between them, left edges aligned:
  /// the rows of a film strip.
  package func stacked(_ blocks: [GreyCanvas], space: Int) -> GreyCanvas {
    var canvas = GreyCanvas(
      height: max(1, blocks.map(\.height).reduce(0, +) + space * max(0, blocks.count - 1)),
      width: blocks.map(\.width).max() ?? 1, fill: background)
    var top = 0
    for block in blocks {
      canvas.draw(block.pixels[...], imageWidth: block.width, top: top, left: 0, scale: 1)
      top += block.height + space
    }
    return canvas
  }
}
