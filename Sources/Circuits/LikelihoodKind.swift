/// What a log-likelihood is. No number is printed or stored without this word.
package enum LikelihoodKind: String, Sendable, CaseIterable, Comparable {
  /// Neither a bound nor exact.
  case estimate
  /// Below the log-likelihood, in expectation over its noise.
  case lowerBound
  /// The log of a normalised probability.
  case exact

  private var strength: Int {
    switch self {
    case .estimate: 0
    case .lowerBound: 1
    case .exact: 2
    }
  }

  /// The weaker comes first: a circuit is as good as the least of its leaves.
  package static func < (a: LikelihoodKind, b: LikelihoodKind) -> Bool { a.strength < b.strength }
}
