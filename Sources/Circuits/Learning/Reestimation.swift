import Numerics

extension LearningPiece {
  /// Whether it is of sum weights, and not of leaves.
  package var isOfSums: Bool {
    if case .sums = members { true } else { false }
  }
}

extension Circuit {
  /// One step of expectation-maximisation of one piece's parameters, from the statistics that its
  /// gradient comes from too.
  ///
  /// Statistics of sums are turned into expected counts of their edges, and overwritten.
  /// - Precondition: the weights, or the family of leaves, have such a step.
  package func reestimate(
    _ piece: LearningPiece, statistics: UnsafeMutablePointer<Float>, derived: DerivedParameters,
    step: MaximisationStep
  ) {
    let numbers = derived.values.pointer
    let parameters = derived.parameters.values.pointer
    switch piece.members {
    case .sums(let index):
      guard let weights = boundWeights.reestimation else {
        preconditionFailure("these weights have no step of expectation-maximisation")
      }
      weights.reestimate(
        piece: index, weights: numbers, statistics: statistics, step: step, into: parameters)
    case .leaves(let range):
      guard let family = leaf.capabilities.reestimation else {
        preconditionFailure("\(leaf.name) leaves have no step of expectation-maximisation")
      }
      for index in layout.leafGroups[range].map({ $0[0] }) {
        family.reestimate(
          leafShapes[index], statistics: statistics + layout.leafStatistics[index],
          derived: numbers + layout.leafDerived[index], step: step,
          into: parameters + layout.leafParameters[index])
      }
    }
  }
}
