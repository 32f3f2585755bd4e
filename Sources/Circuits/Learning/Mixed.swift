import Configuration
import Numerics

/// Expectation-maximisation of the sum weights, after each batch, and Adam on the leaves: for leaves that
/// are networks, which have no other step than along the gradient.
package struct Mixed: Learner {
  package static let kind = "mixed"
  package var sums: ExpectationMaximisation
  package var leaves: Adam
  /// Whether leaves of an exponential family take EM's step as well.
  package var reestimatesLeaves: Bool

  /// - Precondition: `sums` has a step size: full batches have no place beside Adam.
  package init(sums: ExpectationMaximisation, leaves: Adam, reestimatesLeaves: Bool = false) {
    precondition(!sums.updatesOncePerPass)
    self.sums = sums
    self.leaves = leaves
    self.reestimatesLeaves = reestimatesLeaves
  }

  /// EM's `step`, `pseudoCount`, `leafPseudoCount` and `smoothing`, Adam's `rate`, `beta1`, `beta2` and `epsilon`, and one `schedule`
  /// for both step sizes.
  package init(fields: Fields) {
    let schedule = Schedule.read(fields)
    let step = fields.double(
      "step", default: 0.1, in: 1e-8...1,
      meaning: "share of a batch's estimate in the new sum weights")
    self.init(
      sums: ExpectationMaximisation(fields: fields, step: step, schedule: schedule),
      leaves: Adam(fields: fields, schedule: schedule),
      reestimatesLeaves: fields.word(
        "leaves", of: ["adam", "em"], default: "adam", meaning: "how leaf parameters are learned")
        == "em")
  }

  package let reestimatesWeights = true

  package func complaint(about leaf: any Leaf) -> String? {
    if reestimatesLeaves { return sums.complaint(about: leaf).map { "leaves: em: \($0)" } }
    return sums.smoothing == nil && sums.leafPseudoCount == sums.pseudoCount
      ? nil
      : "leafPseudoCount and smoothing apply only where em fits the leaves: set leaves: em, or remove them"
  }

  /// Adam's: its moments of sum weights stay 0.
  package func stateArrays(_ layout: ParameterLayout) -> [(name: String, count: Int)] {
    leaves.stateArrays(layout)
  }

  package func update(_ piece: LearningPiece, _ step: LearningStep) {
    if piece.isOfSums || reestimatesLeaves {
      sums.update(piece, step)
    } else {
      leaves.update(piece, step)
    }
  }
}

extension Mixed: CatalogueKind {
  package static let summary =
    "expectation-maximisation of sum weights, Adam of leaves"
  package static let example = "{kind: mixed, step: 0.1, rate: 0.01}"
}
