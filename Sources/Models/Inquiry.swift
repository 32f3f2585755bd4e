import Circuits
import Configuration
import Numerics

/// A model made ready for questions under a mask.
///
/// Bernoulli, Gaussian and mixture leaves answer as they are. VAE leaves have no marginals inside a
/// superpixel: there their log-likelihood is by quadrature, and for everything else their decoders are
/// asked at fixed nodes of the prior, as a continuous mixture; both are estimates.
package struct Inquiry {
  package let circuit: Circuit
  package let derived: DerivedParameters
  /// What an answer is.
  package let kind: LikelihoodKind
  /// The number that is asked for: another than was wanted where a mask splits VAE leaves.
  package let choice: LikelihoodChoice

  /// Nodes a latent of the quadrature inside VAE leaves.
  static let quadratureNodes = 15
  /// Nodes of the prior that stand for a VAE leaf's latents.
  static let priorNodes = 1_024
  /// Latents that so many nodes can stand for.
  package static let mostLatents = 4

  private init(
    _ circuit: Circuit, _ parameters: Parameters, kind: LikelihoodKind,
    choice: LikelihoodChoice = .trained
  ) throws {
    self.circuit = circuit
    self.choice = choice
    derived = try circuit.checkedDerived(from: parameters)
    self.kind = kind
  }

  /// For log-likelihoods of what is seen.
  ///
  /// - Throws: `LikelihoodFault`, `QuadratureFault`, `MarginalFault` (78).
  package static func marginal(
    of model: Model, hiding mask: PixelMask, likelihood: LikelihoodChoice
  ) throws -> Inquiry {
    let choice = try choice(for: model.circuit, hiding: mask, likelihood: likelihood)
    let circuit = try choice.circuit(of: model)
    return try Inquiry(circuit, model.parameters, kind: circuit.likelihood, choice: choice)
  }

  /// The number that a circuit can give of what a mask shows: known before there are parameters.
  ///
  /// - Throws: as `marginal`.
  package static func choice(
    for asked: Circuit, hiding mask: PixelMask, likelihood: LikelihoodChoice
  ) throws -> LikelihoodChoice {
    let circuit = try likelihood.circuit(of: asked)
    do {
      try circuit.require(mask)
      return likelihood
    } catch let fault as MarginalFault {
      guard let encoders = circuit.leaf.capabilities.encoders else { throw fault }
      guard encoders.latent <= mostLatents else {
        throw ConditionalFault(latent: encoders.latent, limit: mostLatents)
      }
      guard likelihood == .trained else { throw PartOfLeafFault(choice: likelihood) }
      // Nobody asked for another number: the one that can see a part of a leaf.
      let nodes = (2...quadratureNodes).last {
        QuadratureNodes.count(perLatent: $0, latent: encoders.latent) != nil
      }
      let choice = LikelihoodChoice("quadrature:\(nodes ?? 2)") ?? .trained
      _ = try choice.circuit(of: asked)
      return choice
    }
  }

  /// For what is hidden given what is seen: means, draws, maxima.
  ///
  /// - Throws: `MarginalFault`, `ConditionalFault` (78).
  package static func conditional(of model: Model, hiding mask: PixelMask) throws -> Inquiry {
    let circuit = model.circuit
    try requireConditional(of: circuit, hiding: mask)
    if let encoders = circuit.leaf.capabilities.encoders {
      let nodes = PriorNodes(
        encoders.latent == 2 ? .quantile : .qmc, count: priorNodes, latent: encoders.latent)
      let (mixture, parameters) = circuit.withMixtures(nodes: nodes, of: model.parameters)
      return try Inquiry(mixture, parameters, kind: .estimate)
    }
    // A ratio of bounds bounds nothing.
    return try Inquiry(
      circuit, model.parameters, kind: circuit.likelihood == .exact ? .exact : .estimate)
  }

  /// Whether `conditional` can be asked: known before there are parameters.
  ///
  /// - Throws: `MarginalFault`, `ConditionalFault` (78).
  package static func requireConditional(of circuit: Circuit, hiding mask: PixelMask) throws {
    guard let encoders = circuit.leaf.capabilities.encoders else {
      return try circuit.require(mask)
    }
    guard encoders.latent <= mostLatents else {
      throw ConditionalFault(latent: encoders.latent, limit: mostLatents)
    }
  }
}

/// A bound asked of VAE leaves of which a mask hides a part (exit code 78).
struct PartOfLeafFault: Fault {
  let choice: LikelihoodChoice
  var exitCode: ExitCode { .configuration }
  var description: String {
    "likelihood \(choice.description.quoted) has no marginal over a part of a vae leaf's pixels: hide whole "
      + "superpixels, ask for quadrature:N, or leave --likelihood out"
  }
}

/// A conditional of a VAE with more latents than fixed nodes can stand for (exit code 78).
package struct ConditionalFault: Fault {
  let latent: Int
  let limit: Int
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "vae leaves answer for pixels hidden inside them with up to \(limit) latents each, and this model's have "
      + "\(latent): ask a model with smaller leaves, or one with mixture leaves"
  }
}
