import Numerics

/// Means and draws of single units: latents by their prior, then the decoder.
extension AutoencoderLeaf {
  /// Over the prior of the latents, by a Gauss-Hermite rule of 15 nodes each where that is possible,
  /// else by 1,000 fixed draws: an estimate.
  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let network = AutoencoderReference(network(shape), parameters: parameters, unit: unit)
    var total = [Double](repeating: 0, count: shape.pixels)
    for (z, weight) in priorNodes {
      let outputs = network.decode(z)
      for value in total.indices {
        total[value] += weight * values.mean(numbers(outputs, value))
      }
    }
    return total
  }

  var priorNodes: [(z: [Double], weight: Double)] {
    let perLatent = 15
    guard QuadratureNodes.count(perLatent: perLatent, latent: latent) != nil else {
      let draws = 1_000
      return (0..<draws).map { draw in
        let z = (0..<latent).map { index -> Double in
          let key = NoiseKey(seed: 0, purpose: .evaluation, image: draw, sample: index / 2)
          return index % 2 == 0 ? key.normals.0 : key.normals.1
        }
        return (z, 1 / Double(draws))
      }
    }
    let nodes = QuadratureNodes(perLatent: perLatent, latent: latent)
    return (0..<nodes.count).map { node in
      let z = (0..<latent).map { Double(nodes.offsets.pointer[node * latent + $0]) }
      // The factors are for densities: the normal's own is taken out of them again.
      let square = z.reduce(0) { $0 + $1 * $1 }
      return (z, naturalExponential(Double(nodes.logFactors.pointer[node]) - square / 2))
    }
  }

  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    if let emission = values.emission {
      return sample(region, emission, unit: unit, key: key, into: pixels)
    }
    let shape = region.shape
    let network = network(shape)
    let z = (0..<latent).map { index -> Float in
      var own = key
      own.sample = UInt32(shape.pixels + index / 2)
      return Float(index % 2 == 0 ? own.normals.0 : own.normals.1)
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: hidden + shape.pixels) { scratch in
      guard let start = scratch.baseAddress else { return }
      let logits = start + hidden
      z.withUnsafeBufferPointer { z in
        guard let z = z.baseAddress else { return }
        autoencoderDecode(
          network, parameters: region.parameters + unit * network.parameterCount, z: z,
          hidden: start,
          into: logits)
      }
      for pixel in 0..<shape.pixels {
        var own = key
        own.sample = UInt32(pixel)
        pixels[pixel] = own.uniform < logistic(Double(logits[pixel])) ? 1 : 0
      }
    }
  }

  private func sample(
    _ region: LeafRegion, _ emission: any Emission, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let shape = region.shape
    let reference = AutoencoderReference(
      network(shape), parameters: region.parameters, unit: unit)
    var own = key
    let z = (0..<latent).map { index -> Double in
      own.sample = UInt32(shape.pixels + index / 2)
      return index % 2 == 0 ? own.normals.0 : own.normals.1
    }
    let outputs = reference.decode(z)
    for value in 0..<shape.pixels {
      own.sample = UInt32(value)
      pixels[value] = emission.draw(Array(numbers(outputs, value)), own)
    }
  }
}
