import Numerics

/// A rule that turns what a batch taught into new parameters; one conforming type a file.
package protocol Learner: Sendable {
  /// The word in a pipeline's `learner:`.
  static var kind: String { get }

  /// Whether it updates once a pass over the training images, from the statistics of all of them,
  /// and not after every batch.
  var updatesOncePerPass: Bool { get }

  /// Why it cannot fit circuits with such leaves, and which learner can; nil if it can.
  func complaint(about leaf: any Leaf) -> String?

  /// Whether it takes steps of expectation-maximisation on sum weights, which not all choices of `SumWeights` have.
  var reestimatesWeights: Bool { get }

  /// The arrays that it remembers between steps, zero at first, by name and with their lengths.
  func stateArrays(_ layout: ParameterLayout) -> [(name: String, count: Int)]

  /// Whether steps need `LearningStep.topDown`.
  var needsTopDownProbabilities: Bool { get }

  /// One step on a piece of the parameters; pieces of one step never overlap, and `step.state.step`
  /// is how many steps were done before.
  func update(_ piece: LearningPiece, _ step: LearningStep)
}

extension Learner {
  package var updatesOncePerPass: Bool { false }
  package var needsTopDownProbabilities: Bool { false }
  package var reestimatesWeights: Bool { false }
  package func complaint(about leaf: any Leaf) -> String? { nil }

  /// Why it cannot fit sums with such weights, and which learner can; nil if it can.
  package func complaint(about weights: any SumWeights) -> String? {
    guard reestimatesWeights, !weights.hasReestimate else { return nil }
    return
      "\(type(of: weights).kind) weights have no step of expectation-maximisation in closed form, which "
      + "\(Self.kind) takes: expected \(Adam.kind)"
  }
}

/// What a learner is given for one step: the circuit, its parameters, and the sums over a batch.
package struct LearningStep: Sendable {
  package let circuit: Circuit
  package let parameters: Parameters
  package let derived: DerivedParameters
  package let state: LearnerState
  /// Those of the whole batch come first. Of one piece after another, each for itself.
  let statistics: AlignedBuffer<Float>
  /// What leaves that take them noted of the last batch's images.
  let notes: BatchNotes
  /// The probability that a draw uses a unit, by `Circuit.topDownProbabilities` under the parameters
  /// before the step; nil for learners that do not need it.
  let topDown: TopDownProbabilities?
  /// The gradient by parameters of sums whose weights are computed jointly; nil for other sums.
  let joint: JointSums?
  /// As long as the parameters.
  let scratch: AlignedBuffer<Float>
  /// Images that the statistics are of.
  package let images: Int
  /// Steps in a pass over the training images.
  package let stepsPerPass: Int

  /// The gradient of the mean log-likelihood, where the piece's parameters are; of one batch, because
  /// notes are of one.
  func gradient(_ piece: LearningPiece) -> UnsafePointer<Float> {
    if piece.isOfSums, let joint {
      joint.gradient(piece.parameters, scale: 1 / Float(images), into: scratch.pointer)
      return UnsafePointer(scratch.pointer)
    }
    circuit.gradient(
      piece, of: BatchSums(statistics: statistics.pointer, notes: notes, images: images),
      derived: derived, scale: 1 / Float(images), into: scratch.pointer)
    return UnsafePointer(scratch.pointer)
  }

  /// The sum units of a piece of sums, each with its weights' places. Of regions that share them the
  /// first stands for all: its statistics are the sums over all.
  func forEachSumUnit(
    of piece: LearningPiece, _ body: (_ region: Int, _ unit: Int, _ weights: Range<Int>) -> Void
  ) {
    guard case .sums(let index) = piece.members else { return }
    for sum in circuit.weightGroups[circuit.boundWeights.pieces[index].groups] {
      for unit in 0..<sum.units {
        let start = sum.weightOffset + unit * sum.productCount
        body(sum.region, unit, start..<start + sum.productCount)
      }
    }
  }

  /// Sets the parameters of a piece of sums to those of the weights that stand in place of its statistics.
  func adoptWeights(_ piece: LearningPiece) {
    guard case .sums(let index) = piece.members else { return }
    circuit.boundWeights.reestimation?.adopt(
      piece: index, weights: statistics.pointer, into: parameters.values.pointer)
  }

  /// One step of expectation-maximisation on a piece.
  func reestimate(_ piece: LearningPiece, _ step: MaximisationStep) {
    circuit.reestimate(piece, statistics: statistics.pointer, derived: derived, step: step)
  }
}

/// What a learner remembers between steps: arrays by name.
package final class LearnerState: @unchecked Sendable {
  // Written between fork-joins only, by the thread that runs the loop.
  package internal(set) var step: Int
  package let arrays: [(name: String, values: AlignedBuffer<Float>)]

  /// Before the first step.
  package init(_ arrays: [(name: String, count: Int)]) {
    step = 0
    self.arrays = arrays.map { ($0.name, AlignedBuffer(count: $0.count)) }
  }

  package init(step: Int, arrays: [(name: String, values: [Float])]) {
    self.step = step
    self.arrays = arrays.map { ($0.name, AlignedBuffer($0.values)) }
  }
}
