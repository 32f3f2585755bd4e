import Numerics

/// Images to train on: rows, and the order of each epoch.
package protocol TrainingSource: SampleSource {
  /// A permutation of the samples, a pure function of the epoch (counted from 1) and a seed; batches
  /// are then prepared in this order.
  func order(epoch: Int) -> [Int32]
}

/// What went wrong in a step: where, and by what number it was seen.
package struct Divergence: Error, Equatable, Sendable {
  package let epoch: Int
  /// Counted from 1 over all epochs.
  package let step: Int
  /// The leaf region that the number comes from; nil if it is no leaf's doing.
  package let leaf: Int?
  package let reason: String

  package init(epoch: Int, step: Int, leaf: Int? = nil, reason: String) {
    self.epoch = epoch
    self.step = step
    self.leaf = leaf
    self.reason = reason
  }
}

/// How a circuit is trained.
package struct TrainingSettings: Sendable {
  package let learner: any Learner
  /// Images of a step, at least 1.
  package let batch: Int
  /// Whether the objective is log p(image, class), of a circuit whose root units are classes.
  package let withClasses: Bool
  /// Of the noise of stochastic leaves.
  package let seed: Int

  package init(learner: any Learner, batch: Int, withClasses: Bool = false, seed: Int = 0) {
    precondition(batch >= 1)
    self.learner = learner
    self.batch = batch
    self.withClasses = withClasses
    self.seed = seed
  }
}

/// A circuit, its parameters and its learner, moving a batch at a time.
package final class Trainer {
  package let circuit: Circuit
  package let parameters: Parameters
  package let state: LearnerState
  package let derived: DerivedParameters
  private let learner: any Learner
  private let workers: ForkJoin
  private let batch: Int
  private let seed: Int
  private let statistics: BatchStatistics
  private let gradient: AlignedBuffer<Float>
  private let joint: JointSums?

  /// - Parameter state: what an earlier run left; nil to start.
  package init(
    circuit: Circuit, parameters: Parameters, settings: TrainingSettings,
    state: LearnerState? = nil, workers: ForkJoin
  ) {
    precondition(parameters.count == circuit.layout.parameterCount)
    self.circuit = circuit
    self.parameters = parameters
    learner = settings.learner
    batch = settings.batch
    seed = settings.seed
    self.state = state ?? LearnerState(settings.learner.stateArrays(circuit.layout))
    self.workers = workers
    for piece in circuit.pieces { circuit.raiseToFloor(piece, of: parameters) }
    derived = circuit.derived(from: parameters)
    statistics = BatchStatistics(
      circuit: circuit, withClasses: settings.withClasses, workers: workers, batch: settings.batch)
    gradient = AlignedBuffer(count: parameters.count)
    joint = JointSums(circuit, workers: workers, learns: true)
  }

  /// One pass over `source`, the last batch as small as it falls.
  ///
  /// - Parameter progress: told after each batch the samples done and the batch's mean; throws to
  ///   stop.
  /// - Returns: the mean log-likelihood of the images as they were met, in nats.
  /// - Throws: `Divergence` at the first number that is not finite; what `source` throws.
  @discardableResult
  package func runEpoch(
    _ epoch: Int, on source: some TrainingSource,
    progress: (_ done: Int, _ mean: Double) throws -> Void = { _, _ in }
  ) throws -> Double {
    let order = source.order(epoch: epoch)
    let batches = (order.count + batch - 1) / batch
    let stepsPerPass = learner.updatesOncePerPass ? min(batches, 1) : batches
    var (sum, slots) = (0.0, 0)
    let isMasked = !source.mask.hidesNothing
    for start in stride(from: 0, to: order.count, by: batch) {
      let end = min(start + batch, order.count)
      let adds = learner.updatesOncePerPass && start > 0
      let (used, batchSum) = try order.withUnsafeBufferPointer { order in
        let images = UnsafeBufferPointer(rebasing: order[start..<end])
        try source.prepare(images)
        return try learn(images, of: source, epoch: epoch, adding: adds)
      }
      // Of batches that are added up the first is the largest.
      slots = max(used, adds ? slots : 0)
      let filled = FilledBatch(
        slots: slots, images: end - start, isMasked: isMasked, adds: adds)
      if !learner.updatesOncePerPass || end == order.count {
        update(filled, images: adds ? end : end - start, stepsPerPass: stepsPerPass)
      } else {
        statistics.addKept(filled, derived: derived)
      }
      sum += batchSum
      try progress(end, batchSum / Double(end - start))
    }
    // A likelihood may hide a NaN, as a mixture's does where other nodes still have values.
    if let origin = circuit.parameterOrigin(parameters) {
      throw Divergence(
        epoch: epoch, step: state.step, leaf: origin.leaf, reason: origin.description)
    }
    return sum / Double(order.count)
  }

  /// Statistics of one batch: returns the slots they are in, and the sum of the batch's
  /// log-likelihoods under the present parameters.
  private func learn(
    _ images: UnsafeBufferPointer<Int32>, of source: some SampleSource, epoch: Int, adding: Bool
  ) throws -> (slots: Int, sum: Double) {
    let noise = NoiseSource(seed: seed, purpose: .training, epoch: epoch)
    let (used, logLikelihoods) = try statistics.fill(
      from: source, batch: images, noise: noise, derived: derived, adding: adding)
    var sum = 0.0
    for (index, value) in logLikelihoods.enumerated() {
      guard value.isFinite else {
        let origin = circuit.originOfNonFinite(
          source, image: images[index], noise: noise, derived: derived)
        throw Divergence(
          epoch: epoch, step: state.step + 1, leaf: origin.leaf,
          reason: "log-likelihood of training image \(images[index]) is \(value): "
            + origin.description)
      }
      sum += value
    }
    return (used, sum)
  }

  /// One step, from the statistics of so many images, of which the last batch's are not yet complete.
  private func update(_ batch: FilledBatch, images: Int, stepsPerPass: Int) {
    joint?.learn(statistics.slots(used: batch.slots), derived: derived)
    let step = LearningStep(
      circuit: circuit, parameters: parameters, derived: derived, state: state,
      statistics: statistics.slots, notes: statistics.notes,
      topDown: learner.needsTopDownProbabilities ? circuit.topDownProbabilities(derived) : nil,
      joint: joint, scratch: gradient, images: images, stepsPerPass: stepsPerPass)
    workers.run(pieces: circuit.pieces.count) { [circuit, learner, statistics] index, _ in
      let piece = circuit.pieces[index]
      statistics.complete(piece, batch, derived: step.derived)
      learner.update(piece, step)
      circuit.raiseToFloor(piece, of: step.parameters)
      circuit.derive(piece, into: step.derived)
    }
    joint?.derive(into: derived)
    state.step += 1
  }
}
