import Circuits
import Configuration
import Kernels

/// Which number a model is asked for: as it was trained, or by another estimator of its leaves.
///
/// Written `trained`, `elbo`, `elbo-analytic`, `iwae:S`.
package struct LikelihoodChoice: Hashable, Sendable, CustomStringConvertible {
  package enum Estimator: Hashable, Sendable {
    case trained
    case autoencoder(AutoencoderEstimator)
  }

  package let estimator: Estimator
  package let description: String

  package static let trained = LikelihoodChoice(estimator: .trained, description: "trained")
  package static let expectation = "trained, elbo, elbo-analytic or iwae:S"

  private init(estimator: Estimator, description: String) {
    self.estimator = estimator
    self.description = description
  }

  /// Nil for what is none of these.
  package init?(_ text: String) {
    description = text
    switch text {
    case "trained": estimator = .trained
    case "elbo": estimator = .autoencoder(.importance(samples: 1))
    case "elbo-analytic": estimator = .autoencoder(.analytic)
    default:
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "iwae", let samples = Int(parts[1]),
        (1...1_000_000).contains(samples)
      else { return nil }
      estimator = .autoencoder(.importance(samples: samples))
    }
  }

  /// The circuit that gives this number.
  ///
  /// - Throws: `LikelihoodFault` where its leaves have no such estimator.
  func circuit(of model: Model) throws -> Circuit {
    switch estimator {
    case .trained: return model.circuit
    case .autoencoder(let wanted):
      guard let leaf = model.circuit.leaf as? AutoencoderLeaf else {
        throw LikelihoodFault(
          choice: description, leaf: type(of: model.circuit.leaf).kind,
          kind: model.circuit.likelihood)
      }
      return model.circuit.with(leaf: leaf.with(wanted))
    }
  }
}

/// A number that a model's leaves cannot give.
package struct LikelihoodFault: Fault {
  let choice: String
  let leaf: String
  let kind: LikelihoodKind
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "likelihood \(choice.quoted) is for vae leaves; this model has \(leaf) leaves, "
      + "whose number is \(kind.rawValue) already: leave it out"
  }
}
