import Configuration
import Numerics

/// Expectation-maximisation of sum weights and of exponential-family leaves, from the expected counts
/// that the backward pass gives (Peharz et al. 2017; stochastic: Peharz et al. 2020, section 3.5).
///
/// Full-batch, it updates once a pass over the training images and, without pseudo-counts and smoothing, never lowers
/// their likelihood. Stochastic, it updates after each batch: w <- (1 - eta) w + eta n / sum n, the
/// step of online EM (Cappé & Moulines 2009).
package struct ExpectationMaximisation: Learner {
  package static let kind = "em"
  /// eta; nil for full batches.
  package var step: Double?
  /// Observations added to each distribution, spread evenly over its values.
  package var pseudoCount: Double
  /// The same of leaf distributions.
  package var leafPseudoCount: Double
  /// Of leaf distributions over 256 levels.
  package var smoothing: LevelSmoothing?
  /// What eta is multiplied by.
  package var schedule: Schedule

  /// - Parameter leafPseudoCount: `pseudoCount` where nil.
  package init(
    step: Double? = nil, pseudoCount: Double = 0, leafPseudoCount: Double? = nil,
    smoothing: LevelSmoothing? = nil, schedule: Schedule = Schedule()
  ) {
    self.step = step
    self.pseudoCount = pseudoCount
    self.leafPseudoCount = leafPseudoCount ?? pseudoCount
    self.smoothing = smoothing
    self.schedule = schedule
  }

  package init(fields: Fields) {
    let step = fields.optionalDouble(
      "step", in: 1e-8...1,
      meaning:
        "share of a batch's estimate in the new parameters; a whole epoch at a time where it is not written"
    )
    if step == nil {
      for key in ["schedule", "halfLife"] where fields.has(key) {
        fields.complain(key, "is of a step size: expected a step as well, or neither")
      }
    }
    self.init(fields: fields, step: step, schedule: Schedule.read(fields))
  }

  /// - Parameter schedule: already read, by whoever shares it.
  init(fields: Fields, step: Double?, schedule: Schedule) {
    self.init(
      step: step,
      pseudoCount: fields.double(
        "pseudoCount", default: 0, in: 0...1e9,
        meaning: "count that is added to every expected count"),
      leafPseudoCount: fields.optionalDouble(
        "leafPseudoCount", in: 0...1e9,
        meaning: "the same for leaves; pseudoCount where it is not written"),
      smoothing: Self.smoothing(fields), schedule: schedule)
  }

  private static func smoothing(_ fields: Fields) -> LevelSmoothing? {
    let share = fields.optionalDouble(
      "smoothing", in: 0...1,
      meaning:
        "share of each count that moves to levels near its own, for leaves of 256 levels; none where it is not written"
    )
    let width = fields.optionalInt(
      "smoothingWidth", in: 1...64,
      meaning:
        "largest distance, in levels, that smoothing moves a count; 4 where it is not written")
    guard let share else {
      if width != nil {
        fields.complain("smoothingWidth", "needs smoothing: set smoothing as well, or remove it")
      }
      return nil
    }
    return LevelSmoothing(share: Float(share), width: width ?? 4)
  }

  package var updatesOncePerPass: Bool { step == nil }
  package var reestimatesWeights: Bool { true }

  package func complaint(about leaf: any Leaf) -> String? {
    if smoothing != nil, leaf.capabilities.reestimation?.smoothsLevels == false {
      return
        "\(leaf.name) leaves have no probability for each of 256 levels, which smoothing is for: "
        + "expected categorical leaves, or no smoothing"
    }
    guard !leaf.hasReestimate else { return nil }
    return "\(leaf.name) leaves are no exponential family, which em could fit: expected "
      + "\(Mixed.kind) (em for the sums, Adam for the leaves) or \(Adam.kind)"
  }

  /// It remembers the number of its steps alone.
  package func stateArrays(_ layout: ParameterLayout) -> [(name: String, count: Int)] { [] }

  package func update(_ piece: LearningPiece, _ step: LearningStep) {
    var size = 1.0
    if let own = self.step {
      size = own * schedule.factor(after: step.state.step, stepsPerEpoch: step.stepsPerPass)
    }
    let count = piece.isOfSums ? pseudoCount : leafPseudoCount
    step.reestimate(
      piece,
      MaximisationStep(size: Float(size), pseudoCount: Float(count), smoothing: smoothing))
  }
}

extension ExpectationMaximisation: CatalogueKind {
  package static let summary =
    "expectation-maximisation: a step an epoch, or, where step is written, a step a batch"
  package static let example = "{kind: em, step: 0.1, pseudoCount: 0.1}"
}
