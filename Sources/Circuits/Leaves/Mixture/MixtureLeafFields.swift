import Configuration
import Numerics

extension MixtureLeaf {
  /// Latents that a pipeline or a model file may ask for.
  package static let latents = 1...64

  /// `nodes` of a `rule`, `nodeWeights` fixed or learned; `hidden`, `latent` and `activation` of the
  /// decoder.
  package init(fields: Fields) {
    let rule =
      NodeRule(
        rawValue: fields.word(
          "rule", of: NodeRule.allCases.map(\.rawValue), default: NodeRule.quantile.rawValue,
          meaning: "how nodes are placed in the latent space"))
      ?? .quantile
    let latent = fields.int(
      "latent", default: 2, in: Self.latents, meaning: "dimensions of the latent space")
    let count = fields.int(
      "nodes", default: 64, in: 1...PriorNodes.limit, meaning: "nodes of each leaf unit")
    let weights = fields.word(
      "nodeWeights", of: ["fixed", "learned"], default: "fixed",
      meaning: "whether the weights of the nodes stay or are learned")
    let activation = fields.word(
      "activation", of: Activation.allCases.map(\.rawValue), default: Activation.tanh.rawValue,
      meaning: "function between the layers of the decoder")
    let fits = PriorNodes.fits(count, latent: latent, rule)
    if !fits {
      fields.complain("nodes", MixtureLeaf.complaint(count, latent: latent, rule))
    }
    self.init(
      // After a recorded mistake only something that can be made is wanted.
      nodes: fits
        ? PriorNodes(rule, count: count, latent: latent)
        : PriorNodes(.qmc, count: count, latent: latent),
      hidden: fields.int(
        "hidden", default: 16, in: 1...65_536, meaning: "hidden units of the decoder"),
      activation: Activation(rawValue: activation) ?? .tanh, learnsWeights: weights == "learned")
  }

  /// Why a rule has not that many nodes, and what to write instead.
  package static func complaint(_ count: Int, latent: Int, _ rule: NodeRule) -> String {
    let nearest = PriorNodes.nearestCounts(count, latent: latent)
      .map(String.init).joined(separator: " or ")
    let instead = nearest.isEmpty ? "" : "write \(nearest), or "
    return "a \(rule.rawValue) rule for \(latent) latents is a grid of n to the power of "
      + "\(latent) nodes, which \(count) is not; \(instead)take rule: qmc, which has any number"
  }
}

extension MixtureLeaf: CatalogueKind {
  package static let summary =
    "a decoder at fixed nodes of its latent space a unit; exact"
  package static let example =
    "{kind: mixture, nodes: 16, hidden: 16, latent: 2, emission: logistic}"
}
