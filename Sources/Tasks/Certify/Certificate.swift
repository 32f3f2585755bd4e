import Circuits

/// One thing that was measured on a model, and what it had to be.
package struct CertificateCheck: Sendable, Equatable {
  package enum Bound: Sendable, Equatable {
    case atMost(Double)
    case atLeast(Double)
    /// Nothing that it must be: the number is told.
    case none

    /// NaN meets no bound.
    func admits(_ found: Double) -> Bool {
      switch self {
      case .atMost(let bound): found <= bound
      case .atLeast(let bound): found >= bound
      case .none: true
      }
    }
  }

  package enum Outcome: String, Sendable {
    case passed, failed
    /// A number without a bound: that of a bound or an estimate.
    case measured
    case skipped
  }

  package let name: String
  /// What was measured, over how much; why it was not, where it was skipped.
  package let detail: String
  /// NaN where it was skipped.
  package let found: Double
  package let bound: Bound
  /// What the model's numbers are that it was measured on; nil where that does not matter.
  package let kind: LikelihoodKind?
  package let outcome: Outcome

  package init(
    _ name: String, found: Double, _ bound: Bound, kind: LikelihoodKind? = nil, detail: String
  ) {
    self.name = name
    self.detail = detail
    self.found = found
    self.bound = bound
    self.kind = kind
    // Without a bound too, a number must be one.
    let holds = bound.admits(found) && !found.isNaN
    outcome = !holds ? .failed : bound == .none ? .measured : .passed
  }

  private init(skipped name: String, because reason: String) {
    self.name = name
    detail = reason
    found = .nan
    bound = .none
    kind = nil
    outcome = .skipped
  }

  package static func skipped(_ name: String, because reason: String) -> CertificateCheck {
    CertificateCheck(skipped: name, because: reason)
  }
}

/// What was checked of one model.
package struct Certificate: Sendable, Equatable {
  package let checks: [CertificateCheck]

  package init(checks: [CertificateCheck]) { self.checks = checks }

  package var failures: [CertificateCheck] { checks.filter { $0.outcome == .failed } }
  package var holds: Bool { failures.isEmpty && checks.contains { $0.outcome == .passed } }

  package func count(_ outcome: CertificateCheck.Outcome) -> Int {
    checks.count { $0.outcome == outcome }
  }
}

/// What numbers of a certificate must meet.
package enum CertificateBound {
  /// Of a sum of probabilities that must be 1: what single-precision logarithms leave.
  package static let mass = 1e-5
  /// Of a log-likelihood: nats where it is small, else relative.
  package static let logLikelihood = 1e-5
  /// Of the sum of a unit's weights.
  package static let weights = 1e-5
  /// Between two means of independent samples, in standard errors of their difference.
  package static let standardErrors = 4.0
  /// The least probability of a chi-square test.
  package static let chance = 1e-4
}
