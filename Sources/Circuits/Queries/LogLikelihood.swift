import Numerics

/// Log-likelihoods in nats, one an image, with the word that says what they are.
package struct LogLikelihoods: Sendable {
  package let values: [Double]
  package let kind: LikelihoodKind

  package init(values: [Double], kind: LikelihoodKind) {
    self.values = values
    self.kind = kind
  }
}

extension Circuit {
  /// log S of every image of `source`, in its order.
  ///
  /// The same bits for any number of workers. No images give no values.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour.
  package func logLikelihoods(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> LogLikelihoods {
    let out = AlignedBuffer<Double>(count: source.sampleCount)
    try forEachTile(
      source, workers: workers, noise: noise, keeping: .rootValues, progress: progress
    ) { tile in
      forward(
        tile.loaded(derived, noise), into: out.pointer + tile.images.lowerBound)
    }
    return LogLikelihoods(values: out.array, kind: likelihood)
  }
}
