import Numerics

/// The values of one region in a tile of images, and the emission that a decoder speaks of them by.
package struct LevelsOfTile {
  private let emission: any Emission
  private let values: RegionValues

  package init(_ emission: any Emission, _ values: RegionValues) {
    self.emission = emission
    self.values = values
  }

  private var pixels: UnsafeBufferPointer<Int32> { values.pixels }

  /// The values as numbers in [0, 1], `[value][tile]`: what an encoder sees.
  package func lay(into rows: UnsafeMutablePointer<Float>) {
    let tile = values.tile
    for value in 0..<pixels.count {
      let row = tile.row(Int(pixels[value]))
      var image = 0
      while image < values.images {
        store(
          floats(row, image) * Lanes(repeating: 1 / 255), rows + value &* tile.tile, image)
        image &+= laneCount
      }
    }
  }

  /// log p(x) of the region: overwrites `row`, `[tile]`.
  ///
  /// - Parameters:
  ///   - outputs: of the decoder, `[value][number][tile]`.
  ///   - numbers: how many tell one value's distribution.
  func score(
    _ outputs: UnsafePointer<Float>, numbers: Int, _ layout: RowLayout,
    into row: UnsafeMutablePointer<Float>
  ) {
    let (stride, images) = (layout.tile, layout.images)
    sumRows(row, size: images, of: pixels.count) { range in
      for value in range {
        emission.score(
          outputs + value &* numbers &* stride, x: values.tile.row(Int(pixels[value])),
          images: images, stride: stride, into: row)
      }
    }
  }

  /// Outputs become gradients of weight times log p(x).
  func scoreGradient(
    _ outputs: UnsafeMutablePointer<Float>, numbers: Int, weights: UnsafePointer<Float>,
    _ layout: RowLayout
  ) {
    let (stride, images) = (layout.tile, layout.images)
    for value in 0..<pixels.count {
      let own = outputs + value &* numbers &* stride
      emission.scoreGradient(
        own, x: values.tile.row(Int(pixels[value])), weights: weights, images: images,
        stride: stride,
        into: own)
    }
  }
}
