import Configuration
import Files

/// Images in a grid with heat over them: white turns red, black turns dark red, where a number is
/// high.
package struct HeatGrid: Sendable {
  package var columns: Int
  package var magnification: Int

  package init(columns: Int, magnification: Int) {
    self.columns = columns
    self.magnification = magnification
  }

  /// An RGB picture of images `[image][row][column][channel]` and the heat of each of their values, from
  /// 0 to 1; a pixel's heat is that of its first.
  package func compose(
    _ images: [UInt8], heat: [Float], height: Int, width: Int, channels: Int = 1
  ) -> Canvas {
    precondition(images.count == heat.count)
    let grid = ImageGrid(gap: magnification, background: 128, magnification: magnification)
    let base = grid.compose(
      images, height: height, width: width, channels: channels, columns: columns)
    var cold = grid
    cold.background = 0
    let warm = cold.compose(
      heat.map { UInt8(bounded: $0 * 255 + 0.5) }, height: height, width: width,
      channels: channels, columns: columns)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * base.height * base.width)
    for start in stride(from: 0, to: base.pixels.count, by: channels) {
      let warmth = Int(warm.pixels[start])
      for colour in 0..<3 {
        let value = Int(base.pixels[start + min(colour, channels - 1)])
        pixels.append(
          colour == 0
            ? UInt8(value + (255 - value) * warmth / 255)
            : UInt8(value * (255 - warmth * 3 / 4) / 255))
      }
    }
    return Canvas(height: base.height, width: base.width, channels: 3, pixels: pixels)
  }
}
