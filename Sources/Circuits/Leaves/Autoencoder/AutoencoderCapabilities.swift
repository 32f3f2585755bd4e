import Numerics

extension AutoencoderLeaf: Estimates {
  /// Quadrature is for binary pixels alone.
  package func leaf(estimatedBy estimator: LatentEstimator) throws -> (any Leaf)? {
    switch estimator {
    case .encoder(let wanted): with(wanted)
    case .quadrature(let nodes): values.emission == nil ? try byQuadrature(nodes: nodes) : nil
    }
  }
}

extension AutoencoderLeaf: Encodes {
  /// The pixels as floats, the means, and the network's own.
  package func reconstructionScratch(_ shape: LeafShape, tile: Int) -> Int {
    2 * shape.pixels * tile + Circuits.reconstructionScratch(network(shape), tile: tile)
  }

  package func reconstruct(_ tile: LeafTile, unit: Int) -> UnsafePointer<Float> {
    let network = network(tile.shape)
    let x = tile.scratch
    let means = x + tile.shape.pixels * tile.stride
    floatRows(tile.values, into: x)
    autoencoderReconstruction(
      AutoencoderNetwork(network, parameters: tile.parameters + unit * network.parameterCount),
      NetworkInputs(x: x, tile.layout), scratch: means + tile.shape.pixels * tile.stride,
      into: means)
    return UnsafePointer(means)
  }

  package func mixture(nodes: PriorNodes, learnsWeights: Bool) -> MixtureLeaf {
    precondition(nodes.latent == latent)
    return MixtureLeaf(
      nodes: nodes, hidden: hidden, activation: activation, learnsWeights: learnsWeights)
  }

  /// Decoders are copied, encoders left out; learned weights of nodes begin as the rule's.
  package func convert(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, to mixture: MixtureLeaf,
    into converted: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    let size = mixture.network(shape).parameterCount
    let decoder = size - (mixture.learnsWeights ? mixture.nodes.count : 0)
    // The decoder is the tail of an autoencoder's parameters.
    for unit in 0..<shape.units {
      let end = parameters + (unit + 1) * network.parameterCount
      let place = converted + unit * size
      place.update(from: end - decoder, count: decoder)
      guard mixture.learnsWeights else { continue }
      for (node, logWeight) in mixture.nodes.logWeights.enumerated() {
        place[decoder + node] = Float(logWeight)
      }
    }
  }
}
