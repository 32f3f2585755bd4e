import Configuration
import Numerics

extension Circuit {
  /// What the encoders keep of every image of `source`, `[image][pixel]` with pixels row-major: the
  /// probability of outcome 1 by the decoder at the encoder's mean, mixed over the units of each leaf
  /// region by their flows under the circuit's own value.
  ///
  /// The flows are the posterior over a region's units, so that of two units that explain different
  /// images the one answers that the whole image speaks for. An image of likelihood 0 gives zeros.
  /// The same bits for any number of workers.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `NoEncoderFault` where the leaves have no encoders.
  package func reconstructions(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation, progress: (Int) throws -> Void = { _ in }
  ) throws -> [Float] {
    guard let networks = leaf as? AutoencoderLeaf else {
      throw NoEncoderFault(leaf: leaf.name)
    }
    let out = AlignedBuffer<Float>(count: source.sampleCount * pixelCount)
    let tile = largestTile
    let scratch = (0..<workers.workers).map { _ in
      AlignedBuffer<Float>(
        count: leafShapes.map { networks.reconstructionScratch($0, tile: tile) }.max() ?? 0)
    }
    try forEachTileOfFlows(
      source, derived: derived, workers: workers, noise: noise, progress: progress
    ) { flows in
      for index in leafShapes.indices {
        mix(
          networks, index, flows, parameters: derived.parameters,
          scratch: scratch[flows.worker].pointer, into: out.pointer)
      }
    }
    return out.array
  }

  /// One leaf region's pixels of one tile: flow-weighted means, added to what is there.
  private func mix(
    _ networks: AutoencoderLeaf, _ index: Int, _ flows: TileFlows, parameters: Parameters,
    scratch: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    let shape = leafShapes[index]
    let tile = flows.pixels.tile
    let pixels = UnsafeBufferPointer(
      start: flatLeafPixels.pointer + leafPixelOffsets[index], count: shape.pixels)
    let own = parameters.values.pointer + layout.leafParameters[index]
    for unit in 0..<shape.units {
      let means = networks.reconstruction(
        shape, unit: unit, parameters: own, of: flows.pixels, pixels: pixels,
        images: flows.images.count, scratch: scratch)
      let flow = flows.flows(ofLeaf: index) + unit * tile
      for (place, pixel) in pixels.enumerated() {
        for image in 0..<flows.images.count {
          out[(flows.images.lowerBound + image) * pixelCount + Int(pixel)] +=
            flow[image] * means[place * tile + image]
        }
      }
    }
  }
}

extension AutoencoderLeaf {
  /// The pixels as floats, the means, and the network's own.
  func reconstructionScratch(_ shape: LeafShape, tile: Int) -> Int {
    2 * shape.pixels * tile + Circuits.reconstructionScratch(network(shape), tile: tile)
  }

  /// Means of one unit, `[pixel][tile]`, in the scratch.
  func reconstruction(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>, of tile: PixelTile,
    pixels: UnsafeBufferPointer<Int32>, images: Int, scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let network = network(shape)
    let x = scratch
    let means = x + shape.pixels * tile.tile
    let lanes = wholeLanes(images)
    floatRows(tile, pixels: pixels, images: lanes, into: x)
    autoencoderReconstruction(
      network, parameters: parameters + unit * network.parameterCount, x: x, tile: tile.tile,
      images: lanes, scratch: means + shape.pixels * tile.tile, into: means)
    return UnsafePointer(means)
  }
}

/// A reconstruction asked of leaves that encode nothing (exit code 78).
package struct NoEncoderFault: Fault {
  let leaf: String
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "reconstructions are for models with encoders, vae leaves of binary pixels; this model has "
      + "\(leaf) leaves"
  }
}
