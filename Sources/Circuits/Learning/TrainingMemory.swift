/// The memory of a `Trainer`, in bytes, as its circuit, learner, batch and workers decide it.
package struct TrainingMemory: Equatable, Sendable {
  /// Parameters, what is derived from them, and the learner's memory of them.
  package let parameters: Int
  /// Statistics and notes of a batch and the gradient they give.
  package let gradients: Int
  /// One tile a worker.
  package let tiles: Int

  package init(circuit: Circuit, learner: any Learner, batch: Int, workers: Int) {
    let size = MemoryLayout<Float>.stride
    let layout = circuit.layout
    let state = learner.stateArrays(layout).reduce(0) { $0 + $1.count }
    parameters = (layout.parameterCount + state + layout.derivedCount) * size
    gradients =
      (layout.parameterCount
        + BatchStatistics.count(batch, circuit)) * size
      + JointSums.count(circuit, workers: workers) * size
      + BatchNotes.byteCount(circuit: circuit, images: batch)
      + BatchFlows.byteCount(circuit, images: batch)
    tiles = workers * circuit.workspaceBytes(tile: circuit.largestTile, withGradients: true)
  }
}
