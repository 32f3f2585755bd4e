import Numerics

/// Hidden pixels of autoencoders that are estimated by quadrature, given the observed ones: the decoder
/// at fixed nodes of the prior, weighted by the nodes' posterior. An estimate.
struct AutoencoderMarginals: Marginalises {
  let networks: AutoencoderLeaf

  func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    for unit in 0..<tile.shape.units {
      let nodes = DecodedNodes(
        networks, tile.shape, unit: unit, parameters: tile.parameters)
      for image in 0..<tile.images {
        let flow = flows[unit * tile.stride + image]
        if flow == 0 { continue }
        let rows = tile.pixels.map { pixel -> UInt8? in
          let isSeen = tile.observed.map { $0.row(Int(pixel))[image] != 0 } ?? true
          return isSeen ? tile.tile.row(Int(pixel))[image] : nil
        }
        let posterior = nodes.posterior(rows)
        for pixel in 0..<tile.shape.pixels {
          means[pixel * tile.stride + image] += flow * Float(nodes.mean(pixel, posterior))
        }
      }
    }
  }

  func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let nodes = DecodedNodes(networks, shape, unit: unit, parameters: parameters)
    let posterior = nodes.posterior(
      (0..<shape.pixels).map { observed[$0] ? pixels[$0] : nil })
    var own = key
    own.sample = UInt32(shape.pixels)
    let node = drawn(posterior, own.uniform)
    for pixel in 0..<shape.pixels where !observed[pixel] {
      own.sample = UInt32(pixel)
      pixels[pixel] = own.uniform < logistic(nodes.logits[node][pixel]) ? 1 : 0
    }
  }
}

/// One network's decoder at fixed nodes of the prior.
private struct DecodedNodes {
  let weights: [Double]
  /// `[node][pixel]`
  let logits: [[Double]]

  init(
    _ networks: AutoencoderLeaf, _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) {
    let reference = AutoencoderReference(
      networks.network(shape), parameters: parameters, unit: unit)
    let nodes = networks.priorNodes
    weights = nodes.map(\.weight)
    logits = nodes.map { reference.decode($0.z) }
  }

  /// The nodes' probabilities given some pixels; nil for a hidden one.
  func posterior(_ pixels: [UInt8?]) -> [Double] {
    let terms = zip(weights, logits).map { weight, logits in
      zip(pixels, logits).reduce(naturalLogarithm(weight)) { total, pair in
        guard let value = pair.0 else { return total }
        return total - softplus(value == 0 ? pair.1 : -pair.1)
      }
    }
    let total = logSumExp(terms)
    return terms.map { naturalExponential($0 - total) }
  }

  func mean(_ pixel: Int, _ posterior: [Double]) -> Double {
    zip(posterior, logits).reduce(0) { $0 + $1.0 * logistic($1.1[pixel]) }
  }
}
