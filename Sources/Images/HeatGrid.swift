/// Grey images in a grid with heat over them: white turns red, black turns dark red, where a number is
/// high.
package struct HeatGrid: Sendable {
  package var columns: Int
  package var magnification: Int

  package init(columns: Int, magnification: Int) {
    self.columns = columns
    self.magnification = magnification
  }

  /// RGB samples `[row, column, channel]` of images `[image][row][column]` and their heat from 0 to 1.
  package func compose(
    _ images: [UInt8], heat: [Float], height: Int, width: Int
  ) -> (pixels: [UInt8], height: Int, width: Int) {
    precondition(images.count == heat.count)
    let grid = ImageGrid(gap: magnification, background: 128, magnification: magnification)
    let base = grid.compose(images, height: height, width: width, columns: columns)
    var cold = grid
    cold.background = 0
    let warm = cold.compose(
      heat.map { UInt8(clamping: Int($0 * 255 + 0.5)) }, height: height, width: width,
      columns: columns)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * base.pixels.count)
    for (grey, warmth) in zip(base.pixels, warm.pixels) {
      let (grey, warmth) = (Int(grey), Int(warmth))
      pixels.append(UInt8(grey + (255 - grey) * warmth / 255))
      let rest = UInt8(grey * (255 - warmth * 3 / 4) / 255)
      pixels.append(rest)
      pixels.append(rest)
    }
    return (pixels, base.height, base.width)
  }
}
