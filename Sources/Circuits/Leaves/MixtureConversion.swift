import Kernels

extension AutoencoderLeaf {
  /// Continuous mixtures of the same decoders.
  package func mixture(of nodes: PriorNodes, learnsWeights: Bool) -> MixtureLeaf {
    precondition(nodes.latent == latent)
    return MixtureLeaf(
      nodes: nodes, hidden: hidden, activation: activation, learnsWeights: learnsWeights)
  }
}

extension Circuit {
  /// The same sums over continuous mixtures: each VAE leaf's decoder at fixed nodes of the prior, its
  /// encoder dropped.
  ///
  /// What was a bound or an estimate becomes exact, of another distribution: the prior is its nodes
  /// now, and a decoder whose codes lie between or beyond them loses by it until it is trained on.
  /// - Precondition: the circuit's leaf is `networks`, and `nodes` have its latents.
  package func withMixtures(
    of networks: AutoencoderLeaf, at nodes: PriorNodes, learnsWeights: Bool,
    parameters: Parameters
  ) -> (circuit: Circuit, parameters: Parameters) {
    let leaf = networks.mixture(of: nodes, learnsWeights: learnsWeights)
    let circuit = with(leaf: leaf)
    let converted = Parameters(count: circuit.layout.parameterCount)
    let (from, to) = (parameters.values.pointer, converted.values.pointer)
    to.update(from: from, count: layout.sumWeightCount)
    for (index, shape) in leafShapes.enumerated() {
      let (old, new) = (networks.network(shape), leaf.network(shape))
      let encoder = old.sizes.prefix(4).reduce(0, +)
      let decoder = old.sizes.dropFirst(4).reduce(0, +)
      for unit in 0..<shape.units {
        let source = from + layout.leafParameters[index] + unit * old.parameterCount + encoder
        let place = to + circuit.layout.leafParameters[index] + unit * new.parameterCount
        place.update(from: source, count: decoder)
        guard learnsWeights else { continue }
        for (node, logWeight) in nodes.logWeights.enumerated() {
          place[decoder + node] = Float(logWeight)
        }
      }
    }
    return (circuit, converted)
  }
}
