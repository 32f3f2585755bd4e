extension Circuit {
  /// The same circuit with each VAE leaf's decoder asked at fixed nodes of its prior: a continuous
  /// mixture, exact in itself, and an approximation of what the VAE leaves mean (Correia et al. 2023).
  ///
  /// Sum weights and decoders are copied, encoders left out; learned weights of nodes begin as the
  /// rule's.
  /// - Precondition: the leaves have `encoders` of as many latents as the nodes.
  package func withMixtures(
    nodes: PriorNodes, learnsWeights: Bool = false, of parameters: Parameters
  ) -> (circuit: Circuit, parameters: Parameters) {
    guard let encoders = leaf.capabilities.encoders else {
      preconditionFailure("only VAE leaves have decoders to convert")
    }
    let mixture = encoders.mixture(nodes: nodes, learnsWeights: learnsWeights)
    let circuit = withOwnParameters(of: mixture)
    let converted = Parameters(count: circuit.layout.parameterCount)
    let (from, to) = (parameters.values.pointer, converted.values.pointer)
    to.update(from: from, count: layout.sumParameterCount)
    for (index, shape) in leafShapes.enumerated() {
      encoders.convert(
        shape, parameters: from + layout.leafParameters[index], to: mixture,
        into: to + circuit.layout.leafParameters[index])
    }
    return (circuit, converted)
  }
}
