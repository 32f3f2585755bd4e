import Numerics

/// Weights and gradients of sums whose weights are computed jointly: the parts of a step before and after that
/// of the pieces. The same bits for any number of workers: slots are the circuit's, and added first to last.
package final class JointSums: Sendable {
  private let circuit: Circuit
  private let weights: any JointWeights
  private let workers: ForkJoin
  private let scratch: AlignedBuffer<Float>
  /// `[slot][parameter]`; empty where no gradients are wanted.
  private let gradients: AlignedBuffer<Float>
  /// Where the statistics of each slot lie.
  private let statistics: [[Range<Int>]]

  /// Nil where weights are computed piecewise.
  package init?(_ circuit: Circuit, workers: ForkJoin = ForkJoin(workers: 1), learns: Bool = false)
  {
    guard case .jointly(let weights) = circuit.weightComputation else { return nil }
    self.circuit = circuit
    self.weights = weights
    self.workers = workers
    scratch = AlignedBuffer(count: workers.workers * weights.scratchCount)
    gradients = AlignedBuffer(
      count: learns ? weights.slotCount * circuit.layout.sumParameterCount : 0)
    statistics = learns ? (0..<weights.slotCount).map(weights.statistics(ofSlot:)) : []
  }

  /// Floats of what learning takes, and of tables that the circuit keeps.
  static func count(_ circuit: Circuit, workers: Int) -> Int {
    guard case .jointly(let weights) = circuit.weightComputation else { return 0 }
    return workers * weights.scratchCount + weights.tableCount
      + weights.slotCount * circuit.layout.sumParameterCount
  }

  /// Renews all weights.
  package func derive(into derived: DerivedParameters) {
    workers.run(pieces: weights.slotCount) { [weights, scratch] slot, worker in
      weights.derive(
        slot: slot, parameters: derived.parameters.values.pointer,
        scratch: scratch.pointer + worker * weights.scratchCount, into: derived.values.pointer)
    }
  }

  /// Adds up statistics that lie in several arrays, and makes of each slot's the gradient that `gradient` sums.
  ///
  /// - Parameter batch: of the circuit's layout; the first array is overwritten by the sums.
  package func learn(_ batch: StatisticSlots, derived: DerivedParameters) {
    workers.run(pieces: weights.slotCount) { [self] slot, worker in
      for range in statistics[slot] { batch.add(range) }
      weights.gradient(
        slot: slot, parameters: derived.parameters.values.pointer,
        weights: derived.values.pointer, statistics: batch.first,
        scratch: scratch.pointer + worker * weights.scratchCount,
        into: gradients.pointer + slot * circuit.layout.sumParameterCount)
    }
  }

  /// `scale` times the gradient by some parameters of sums, which `learn` found.
  package func gradient(
    _ parameters: Range<Int>, scale: Float, into gradient: UnsafeMutablePointer<Float>
  ) {
    for index in parameters { gradient[index] = gradients.pointer[index] }
    for slot in 1..<max(weights.slotCount, 1) {
      let own = gradients.pointer + slot * circuit.layout.sumParameterCount
      for index in parameters { gradient[index] += own[index] }
    }
    for index in parameters { gradient[index] *= scale }
  }
}
