extension Circuit {
  /// The same circuit with each VAE leaf's decoder asked at fixed nodes of its prior: a continuous
  /// mixture, exact in itself, and an approximation of what the VAE leaves mean (Correia et al. 2023).
  ///
  /// Sum weights and decoders are copied, encoders left out; learned weights of nodes begin as the
  /// rule's.
  /// - Precondition: the leaves are `AutoencoderLeaf`s of as many latents as the nodes have.
  package func withMixtures(
    nodes: PriorNodes, learnsWeights: Bool = false, of parameters: Parameters
  ) -> (circuit: Circuit, parameters: Parameters) {
    guard let networks = leaf as? AutoencoderLeaf else {
      preconditionFailure("only VAE leaves have decoders to convert")
    }
    precondition(networks.latent == nodes.latent)
    let mixture = MixtureLeaf(
      nodes: nodes, hidden: networks.hidden, activation: networks.activation,
      learnsWeights: learnsWeights)
    let circuit = Circuit(
      graph: graph, units: units, classPriors: classPriors, leaf: mixture,
      superpixels: superpixels, channels: channels, unsegmentedBytes: unsegmentedBytes)
    let converted = Parameters(count: circuit.layout.parameterCount)
    let (from, to) = (parameters.values.pointer, converted.values.pointer)
    to.update(from: from, count: layout.sumWeightCount)
    for (index, shape) in leafShapes.enumerated() {
      let network = networks.network(shape)
      let size = mixture.parameterCount(shape) / units
      let decoder = size - (learnsWeights ? nodes.count : 0)
      // The decoder is the tail of an autoencoder's parameters.
      for unit in 0..<units {
        let end = from + layout.leafParameters[index] + (unit + 1) * network.parameterCount
        let place = to + circuit.layout.leafParameters[index] + unit * size
        place.update(from: end - decoder, count: decoder)
        guard learnsWeights else { continue }
        for (node, logWeight) in nodes.logWeights.enumerated() {
          place[decoder + node] = Float(logWeight)
        }
      }
    }
    return (circuit, converted)
  }
}
