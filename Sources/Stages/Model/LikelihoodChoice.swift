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
    return model.circuit.with(leaf: try asked(model.circuit.leaf, of: model))
  }

  /// A product is asked by asking its factors.
  private func asked(_ leaf: any Leaf, of model: Model) throws -> any Leaf {
    if let product = leaf as? ProductLeaf {
      return product.with(inner: try asked(product.inner, of: model))
    }
    switch (estimator, leaf) {
    case (.trained, _): return leaf
    case (.autoencoder(let wanted), _) where leaf.isVariational: return leaf.asked(wanted)
    case (.quadrature(let nodes), let networks as AutoencoderLeaf):
      return try QuadratureLeaf(of: networks, nodes: nodes)
    default:
      throw LikelihoodFault(
        choice: description, leaf: leaf.name, isVariational: leaf.isVariational,
        kind: model.circuit.likelihood)
    }
  }
}

/// A number that a model's leaves cannot give.
package struct LikelihoodFault: Fault {
  let choice: String
  let leaf: String
  /// Whether it has latents, but not of vae leaves of binary pixels alone, which can be integrated.
  let isVariational: Bool
  let kind: LikelihoodKind
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    guard !isVariational else {
      return "likelihood \(choice.quoted) is for vae leaves of binary pixels alone; this model has "
        + "\(leaf) leaves: ask elbo, elbo-analytic or iwae:N"
    }
    return "likelihood \(choice.quoted) is for vae leaves; this model has \(leaf) leaves, "
      + "whose number is \(kind.rawValue) already: leave it out"
  }
}
