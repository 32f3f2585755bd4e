import Numerics

extension Circuit {
  /// How unexpected each leaf region is given the rest of its image, `[image][leaf region]` in nats:
  /// -log p(x_r | x_-r) = log sum_k a_rk - log S with a_rk = dS / d (leaf value).
  ///
  /// One forward and one backward pass for all regions; a pass for each where they overlap. The
  /// derivative keeps its exponent: a flow divided by its leaf would be 0 / 0 exactly where something is
  /// anomalous. A region wholly hidden is 0; images of likelihood 0 are +inf everywhere. The same bits for any number of workers.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour.
  package func anomalies(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation, progress: (Int) throws -> Void = { _ in }
  ) throws -> [Double] {
    // What is left of an image without a region depends on every other region that shares pixels.
    if leavesOverlap {
      return try anomalies(
        of: leafPixels, source, derived: derived, workers: workers, noise: noise,
        progress: progress)
    }
    let regions = leafShapes.count
    let out = AlignedBuffer<Double>(count: source.sampleCount * regions)
    try forEachTileOfFlows(
      source, derived: derived, workers: workers, noise: noise, progress: progress
    ) { tile in
      for index in 0..<regions {
        for image in 0..<tile.images.count {
          let isPossible = tile.logLikelihoods[image] > -.infinity
          out.pointer[(tile.images.lowerBound + image) * regions + index] =
            isPossible ? tile.logGradient(ofLeaf: index, image: image) : .infinity
        }
      }
    }
    return out.array
  }

  /// The same of any groups of pixels, `[image][group]`, by the definition: the log-likelihood without
  /// the group less that with it, a pass a group.
  ///
  /// For patches that are no leaf regions, such as blocks of a circuit that goes down to pixels. Of whole images: a
  /// mask of `source` is not looked at.
  /// - Throws: `MarginalFault` for groups that the leaves cannot leave out.
  package func anomalies(
    of groups: [[Int32]], _ source: some SampleSource, derived: DerivedParameters,
    workers: ForkJoin, noise: NoiseSource = .evaluation,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [Double] {
    let count = source.sampleCount
    let whole = try logLikelihoods(source, derived: derived, workers: workers, noise: noise).values
    var out = [Double](repeating: 0, count: count * groups.count)
    for (number, group) in groups.enumerated() {
      var hidden = Array(repeating: false, count: pixelCount)
      for pixel in group { hidden[Int(pixel)] = true }
      let rest = try logLikelihoods(
        MaskedSource(source, hiding: .shared(hidden)), derived: derived, workers: workers,
        noise: noise
      ).values
      for image in 0..<count {
        let isPossible = whole[image] > -.infinity
        out[image * groups.count + number] = isPossible ? rest[image] - whole[image] : .infinity
      }
      try progress((number + 1) * count / groups.count)
    }
    return out
  }
}
