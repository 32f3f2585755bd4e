import Numerics

extension Circuit {
  /// How undecided an image leaves each leaf region between its units, `[image][leaf region]` in nats:
  /// the entropy of the flows, from 0 to log K.
  ///
  /// An image of likelihood 0 has no flows, and entropy 0. The same bits for any number of workers.
  package func leafChoiceEntropies(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation, progress: (Int) throws -> Void = { _ in }
  ) throws -> [Double] {
    let regions = leafShapes.count
    let out = AlignedBuffer<Double>(count: source.sampleCount * regions)
    try forEachTileOfFlows(
      source, derived: derived, workers: workers, noise: noise, progress: progress
    ) { tile in
      for index in 0..<regions {
        let flows = tile.flows(ofLeaf: index)
        for image in 0..<tile.images.count {
          var entropy = 0.0
          for unit in 0..<units {
            let flow = Double(flows[unit * tile.pixels.tile + image])
            if flow > 0 { entropy -= flow * naturalLogarithm(flow) }
          }
          out.pointer[(tile.images.lowerBound + image) * regions + index] = max(entropy, 0)
        }
      }
    }
    return out.array
  }

  /// What the pixels of leaf region `region` tell about those of each other one, `[leaf region]` in
  /// nats: the mean over images drawn from the circuit of log p(x_r, x_s) - log p(x_r) - log p(x_s),
  /// each exact where the leaves are. An estimate, by the draws; of a region with itself, its entropy.
  ///
  /// - Returns: the means and their standard errors.
  /// - Throws: `MarginalFault` never: whole regions are hidden.
  package func mutualInformation(
    of region: Int, images: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [(mean: Double, standardError: Double)] {
    func seeing(_ regions: Set<Int>) throws -> [Double] {
      var hidden = Array(repeating: true, count: pixelCount)
      for index in regions { for pixel in leafPixels[index] { hidden[Int(pixel)] = false } }
      return try logLikelihoods(
        MaskedSource(images, hiding: .shared(hidden)), derived: derived, workers: workers
      ).values
    }
    let own = try seeing([region])
    return try leafShapes.indices.map { other in
      let alone = try seeing([other])
      let both = try seeing([region, other])
      let gains = own.indices.map { both[$0] - own[$0] - alone[$0] }
      try progress(other + 1)
      let summary = LogLikelihoodSummary(LogLikelihoods(values: gains, kind: .estimate))
      return (summary.mean, summary.standardError)
    }
  }
}
