import Numerics

/// The values of one region in a tile of images, and the emission that a decoder speaks of them by.
package struct LevelsOfTile {
  private let emission: any Emission
  private let tile: PixelTile
  private let pixels: UnsafeBufferPointer<Int32>

  /// - Parameter pixels: the region's values.
  package init(_ emission: any Emission, _ tile: PixelTile, pixels: UnsafeBufferPointer<Int32>) {
    self.emission = emission
    self.tile = tile
    self.pixels = pixels
  }

  /// The values as numbers in [0, 1], `[value][tile]`: what an encoder sees.
  package func lay(images: Int, into rows: UnsafeMutablePointer<Float>) {
    for value in 0..<pixels.count {
      let row = tile.row(Int(pixels[value]))
      var image = 0
      while image < images {
        store(
          floats(row, image) * Lanes(repeating: 1 / 255), rows + value &* tile.tile, image)
        image &+= laneCount
      }
    }
  }

  /// log p(x) of the region: overwrites `row`, `[tile]`.
  func score(
    _ shape: AutoencoderShape, _ numbers: UnsafePointer<Float>, tile stride: Int, images: Int,
    into row: UnsafeMutablePointer<Float>
  ) {
    sumRows(row, size: images, of: pixels.count) { range in
      for value in range {
        emission.score(
          numbers + value &* shape.numbers &* stride, x: tile.row(Int(pixels[value])),
          images: images, stride: stride, into: row)
      }
    }
  }

  /// Numbers become gradients of weight times log p(x).
  func scoreGradient(
    _ shape: AutoencoderShape, _ numbers: UnsafeMutablePointer<Float>,
    weights: UnsafePointer<Float>, tile stride: Int, images: Int
  ) {
    for value in 0..<pixels.count {
      let own = numbers + value &* shape.numbers &* stride
      emission.scoreGradient(
        own, x: tile.row(Int(pixels[value])), weights: weights, images: images, stride: stride,
        into: own)
    }
  }
}
