import Numerics

/// Destinations of a tile's log-likelihoods and statistics.
package struct TileStatistics {
  /// log S of the tile's images, in nats.
  let logLikelihoods: UnsafeMutablePointer<Double>
  /// `[statistic]`; added to.
  let statistics: UnsafeMutablePointer<Float>
  let notes: TileNotes?
  let flows: TileOfBatch?

  /// - Parameters:
  ///   - notes: of the batch, for leaves that take them.
  ///   - flows: of the batch, where statistics of leaves follow from them after it.
  ///   - firstImage: the tile's first image in the batch, a multiple of 16.
  package init(
    logLikelihoods: UnsafeMutablePointer<Double>, statistics: UnsafeMutablePointer<Float>,
    notes: BatchNotes? = nil, flows: BatchFlows? = nil, firstImage: Int = 0
  ) {
    self.flows = flows.map { TileOfBatch(batch: $0, firstImage: firstImage) }
    self.logLikelihoods = logLikelihoods
    self.statistics = statistics
    self.notes = notes.map { TileNotes(batch: $0, firstImage: firstImage) }
  }
}

extension Circuit {
  /// Forward and backward over the images that a workspace has loaded: their log-likelihoods and
  /// statistics.
  package func addStatistics(
    images: Int, derived: DerivedParameters, noise: NoiseSource, workspace: Workspace,
    to results: TileStatistics
  ) {
    workspace.notes = results.notes
    workspace.kept = results.flows
    forwardAndBackward(
      LoadedTile(images: images, derived: derived, noise: noise, workspace: workspace),
      logLikelihoods: results.logLikelihoods, target: .statistics(results.statistics))
  }

  /// The same; gradients go to `target`.
  func forwardAndBackward(
    _ tile: LoadedTile, logLikelihoods: UnsafeMutablePointer<Double>, target: BackwardTarget
  ) {
    let exponents = forward(tile, into: logLikelihoods)
    backward(exponents, tile, target: target)
  }
}
