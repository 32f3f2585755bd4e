import Circuits
import Configuration
import Numerics

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
  func circuit(of model: Model) throws -> Circuit { try circuit(of: model.circuit) }

  /// The same, before there are parameters.
  func circuit(of circuit: Circuit) throws -> Circuit {
    if case .trained = estimator { return circuit }
    return circuit.with(leaf: try asked(circuit.leaf))
  }

  /// A product is asked by asking its factors.
  private func asked(_ leaf: any Leaf) throws -> any Leaf {
    if let product = leaf as? ProductLeaf {
      return product.with(inner: try asked(product.inner))
    }
    switch (estimator, leaf) {
    case (.trained, _): return leaf
    case (.autoencoder(let wanted), _) where leaf.isVariational: return leaf.asked(wanted)
    case (.quadrature(let nodes), let networks as AutoencoderLeaf):
      return try QuadratureLeaf(of: networks, nodes: nodes)
    default: throw LikelihoodFault(choice: self, leaf: leaf)
    }
  }
}

/// A number that a model's leaves cannot give.
package struct LikelihoodFault: Fault {
  let choice: LikelihoodChoice
  let leaf: any Leaf
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    let words = "likelihood \(choice.description.quoted) is for vae leaves"
    guard leaf.isVariational else {
      return "\(words); this model has \(leaf.name) leaves, "
        + "whose number is \(leaf.likelihood.rawValue) already: leave it out"
    }
    return
      "\(words) of binary pixels alone; this model's leaves are \(leaf.nameWithLevels): ask for elbo, "
      + "elbo-analytic or iwae:S"
  }
}
