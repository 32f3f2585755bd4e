import Numerics

extension Circuit {
  /// Log-values of each unit of leaf region number `index`, `[unit][image]` in nats, for every image of
  /// `source`; of an image that hides the region whole, 0.
  ///
  /// The same bits for any number of workers.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour.
  package func leafLogLikelihoods(
    _ source: some SampleSource, leaf index: Int, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation
  ) throws -> [[Double]] {
    let count = source.sampleCount
    let out = AlignedBuffer<Double>(count: units * count)
    try forEachTile(
      source, workers: workers, noise: noise, keeping: .values, progress: { _ in }
    ) { tile in
      let visibility = tile.workspace.visibility(ofLeaf: index)
      guard visibility != .nothing, let first = leafPixels[index].first else { return }
      let rows = tile.workspace.memory.values(of: leafSlots[index])
      leaf.logLikelihoods(leafTile(index, tile.loaded(derived, noise)), into: rows)
      let seen = tile.workspace.observed.row(Int(first))
      for image in 0..<tile.images.count
      where visibility == .whole || hidesPixels || seen[image] != 0 {
        for unit in 0..<units {
          out.pointer[unit * count + tile.images.lowerBound + image] = Double(
            rows[unit * tile.workspace.memory.tile + image])
        }
      }
    }
    return (0..<units).map { Array(out.array[$0 * count..<($0 + 1) * count]) }
  }
}
