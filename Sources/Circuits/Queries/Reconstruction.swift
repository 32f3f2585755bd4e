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
    guard let encoders = leaf.capabilities.encoders else {
      throw NoEncoderFault(leaf: leaf.name)
    }
    let out = AlignedBuffer<Float>(count: source.sampleCount * pixelCount)
    let tile = largestTile
    let scratch = (0..<workers.workers).map { _ in
      AlignedBuffer<Float>(
        count: leafShapes.map { encoders.reconstructionScratch($0, tile: tile) }.max() ?? 0)
    }
    try forEachTileOfFlows(
      source, derived: derived, workers: workers, noise: noise, progress: progress
    ) { flows in
      for index in leafShapes.indices {
        mix(
          encoders, index, flows, scratch: scratch[flows.worker].pointer, into: out.pointer)
      }
    }
    return out.array
  }

  /// One leaf region's pixels of one tile: flow-weighted means, added to what is there.
  private func mix(
    _ encoders: any Encodes, _ index: Int, _ flows: TileFlows,
    scratch: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    let tile = flows.pixels.tile
    let own = flows.tile(ofLeaf: index).with(scratch: scratch)
    for unit in 0..<units {
      let means = encoders.reconstruct(own, unit: unit)
      let flow = flows.flows(ofLeaf: index) + unit * tile
      for (place, pixel) in own.pixels.enumerated() {
        for image in 0..<flows.images.count {
          out[(flows.images.lowerBound + image) * pixelCount + Int(pixel)] +=
            flow[image] * means[place * tile + image]
        }
      }
    }
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
