import Circuits
import Configuration
import Kernels

/// Which number a model is asked for: as it was trained, or by another estimator of its leaves.
///
/// Written `trained`, `elbo`, `elbo-analytic`, `iwae:S`, `quadrature:N`.
package struct LikelihoodChoice: Hashable, Sendable, CustomStringConvertible {
  package enum Estimator: Hashable, Sendable {
    case trained
    case autoencoder(AutoencoderEstimator)
    /// Nodes a latent.
    case quadrature(Int)
  }

  package let estimator: Estimator
  package let description: String

  package static let trained = LikelihoodChoice(estimator: .trained, description: "trained")
  package static let expectation = "trained, elbo, elbo-analytic, iwae:S or quadrature:N"

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
      guard parts.count == 2, let number = Int(parts[1]) else { return nil }
      switch parts[0] {
      case "iwae" where (1...1_000_000).contains(number):
        estimator = .autoencoder(.importance(samples: number))
      case "quadrature" where QuadratureLeaf.nodesPerLatent.contains(number):
        estimator = .quadrature(number)
      default: return nil
      }
    }
  }

  /// The circuit that gives this number.
  ///
  /// - Throws: `LikelihoodFault` where its leaves have no such estimator, `QuadratureFault` where they
  ///   have too many latents for it.
  func circuit(of model: Model) throws -> Circuit {
    if case .trained = estimator { return model.circuit }
    guard let leaf = model.circuit.leaf as? AutoencoderLeaf else {
      throw LikelihoodFault(
        choice: description, leaf: type(of: model.circuit.leaf).kind,
        kind: model.circuit.likelihood)
    }
    switch estimator {
    case .trained: return model.circuit
    case .autoencoder(let wanted): return model.circuit.with(leaf: leaf.with(wanted))
    case .quadrature(let nodes):
      return model.circuit.with(leaf: try QuadratureLeaf(of: leaf, nodes: nodes))
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
