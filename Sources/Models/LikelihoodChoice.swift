import Circuits
import Configuration
import Numerics

/// Which number a model is asked for: as it was trained, or by another estimator of its leaves.
///
/// Written `trained`, `elbo`, `elbo-analytic`, `iwae:S`, `quadrature:N`.
package struct LikelihoodChoice: Hashable, Sendable, CustomStringConvertible {
  /// Nil for that of the training.
  package let estimator: LatentEstimator?
  package let description: String

  package static let trained = LikelihoodChoice(estimator: nil, description: "trained")
  package static let expectation = "trained, elbo, elbo-analytic, iwae:S or quadrature:N"

  private init(estimator: LatentEstimator?, description: String) {
    self.estimator = estimator
    self.description = description
  }

  /// Nil for what is none of these.
  package init?(_ text: String) {
    description = text
    switch text {
    case "trained": estimator = nil
    case "elbo": estimator = .encoder(.importance(samples: 1))
    case "elbo-analytic": estimator = .encoder(.analytic)
    default:
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let number = Int(parts[1]) else { return nil }
      switch parts[0] {
      case "iwae" where (1...1_000_000).contains(number):
        estimator = .encoder(.importance(samples: number))
      case "quadrature" where AutoencoderLeaf.nodesPerLatent.contains(number):
        estimator = .quadrature(number)
      default: return nil
      }
    }
  }

  /// The circuit that gives this number.
  ///
  /// - Throws: `LikelihoodFault` where its leaves have no such estimator, `QuadratureFault` where they
  ///   have too many latents for it.
  package func circuit(of model: Model) throws -> Circuit { try circuit(of: model.circuit) }

  /// The same, before there are parameters.
  package func circuit(of circuit: Circuit) throws -> Circuit {
    guard let estimator else { return circuit }
    guard let estimated = try circuit.estimated(by: estimator) else {
      throw LikelihoodFault(choice: self, leaf: circuit.leaf)
    }
    return estimated
  }
}

/// A number that a model's leaves cannot give.
package struct LikelihoodFault: Fault {
  let choice: LikelihoodChoice
  let leaf: any Leaf
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    let words = "likelihood \(choice.description.quoted) is for vae leaves"
    guard leaf.capabilities.estimators != nil else {
      return "\(words); this model has \(leaf.name) leaves, "
        + "whose number is \(leaf.traits.likelihood.rawValue) already: leave it out"
    }
    return
      "\(words) of binary pixels alone; this model's leaves are \(leaf.nameWithLevels): ask for elbo, "
      + "elbo-analytic or iwae:S"
  }
}

extension Leaf {
  /// Its name where binary pixels are wanted: `vae over 256 levels`.
  package var nameWithLevels: String {
    traits.levels > 2 ? "\(name) over \(traits.levels) levels" : name
  }
}
