import Configuration
import Numerics

/// Mini-batch expectation-maximisation with momentum on the expected counts, whose step is as long for a
/// sum unit as the batch knows of it (Anemone; PyJuice, Liu et al. 2024).
///
/// With F the counts of a unit's edges an image, averaged over batches with bias correction, TD the
/// probability that a draw uses the unit and a = `step`,
///
///     weights <- normalise(a F + (1 - a) TD weights + epsilon)
///
/// so that a unit which draws seldom use is not held back by what it was. Leaf units, of an
/// exponential family, take EM steps of size a times the share that a batch has in such an average:
/// that averages their expected statistics, which not all families keep in units that batches share.
package struct Anemone: Learner {
  package static let kind = "anemone"
  package var step: Double
  package var momentum: Double
  package var epsilon: Double
  /// Observations added to each leaf distribution, spread evenly over its values.
  package var pseudoCount: Double
  /// What a is multiplied by.
  package var schedule: Schedule

  package init(
    step: Double = 0.4, momentum: Double = 0.9, epsilon: Double = 1e-6, pseudoCount: Double = 0.1,
    schedule: Schedule = Schedule()
  ) {
    self.step = step
    self.momentum = momentum
    self.epsilon = epsilon
    self.pseudoCount = pseudoCount
    self.schedule = schedule
  }

  package init(fields: Fields) {
    self.init(
      step: fields.double(
        "step", default: 0.4, in: 1e-8...1,
        meaning: "share of a batch's estimate in the new parameters"),
      momentum: fields.double(
        "momentum", default: 0.9, in: 0...0.999999,
        meaning: "decay of the averages of expected counts"),
      epsilon: fields.double(
        "epsilon", default: 1e-6, in: 1e-12...1,
        meaning: "added to every sum weight before it is normalised"),
      pseudoCount: fields.double(
        "pseudoCount", default: 0.1, in: 0...1e9,
        meaning: "observations that are added to each leaf distribution"),
      schedule: Schedule.read(fields))
  }

  package let needsTopDownProbabilities = true
  package let reestimatesWeights = true

  package func complaint(about leaf: any Leaf) -> String? {
    ExpectationMaximisation().complaint(about: leaf)
  }

  /// Expected counts of edges, an image, averaged over batches.
  package func stateArrays(_ layout: ParameterLayout) -> [(name: String, count: Int)] {
    [("averagedCounts", layout.sumWeightCount)]
  }

  package func update(_ piece: LearningPiece, _ step: LearningStep) {
    let a =
      self.step
      * schedule.factor(after: step.state.step, stepsPerEpoch: step.stepsPerPass)
    // The share of this batch in an average whose start at 0 is corrected.
    let share = (1 - momentum) / (1 - power(momentum, step.state.step + 1))
    guard piece.isOfSums else {
      return step.reestimate(
        piece, MaximisationStep(size: Float(a * share), pseudoCount: Float(pseudoCount)))
    }
    average(piece, step)
    let correction = Float(a / (1 - power(momentum, step.state.step + 1)))
    step.forEachSumUnit(of: piece) { region, unit, weights in
      let (counts, old) = (step.state.arrays[0].values.pointer, step.derived.values.pointer)
      let new = step.statistics.pointer
      let kept = Float(1 - a) * (step.topDown?(region, unit) ?? 1)
      for index in weights {
        new[index] = correction * counts[index] + kept * old[index] + Float(epsilon)
      }
    }
    step.adoptWeights(piece)
  }

  /// Takes a batch's counts, an image, into the averages: the last batch of an epoch may be smaller.
  private func average(_ piece: LearningPiece, _ step: LearningStep) {
    let averaged = step.state.arrays[0].values.pointer
    let (share, each) = (Float(1 - momentum), 1 / Float(step.images))
    step.forEachSumUnit(of: piece) { _, _, weights in
      let counts = step.statistics.pointer + weights.lowerBound
      edgeCounts(
        weights: step.derived.values.pointer + weights.lowerBound, gradient: counts,
        count: weights.count)
      for (place, index) in weights.enumerated() {
        averaged[index] += share * (counts[place] * each - averaged[index])
      }
    }
  }
}

extension Anemone: CatalogueKind {
  package static let summary =
    "mini-batch expectation-maximisation with momentum, its step by unit"
  package static let example = "{kind: anemone, step: 0.4, momentum: 0.9}"
}
