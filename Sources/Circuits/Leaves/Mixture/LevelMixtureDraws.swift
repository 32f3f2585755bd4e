import Numerics

/// Single questions, node by node in Double.
extension LevelMixtureLeaf {
  func reference(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> LevelMixtureReference {
    let network = network(shape)
    let own = UnsafeBufferPointer(
      start: parameters + unit * network.parameterCount, count: network.parameterCount)
    return LevelMixtureReference(
      network, emission, nodes, parameters: own.map(Double.init), unit: 0)
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let own = reference(shape, unit: unit, parameters: parameters)
    var means = Array(repeating: 0.0, count: shape.pixels)
    for node in 0..<nodes.count {
      let weight = naturalExponential(own.logWeights[node])
      for value in 0..<shape.pixels {
        means[value] += weight * emission.mean(own.numbers(value: value, node: node))
      }
    }
    return means
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    sampleAllAsHidden(
      shape, unit: unit, parameters: parameters, derived: derived, key: key, into: pixels)
  }

  /// A node by its posterior, then every hidden value by itself.
  package func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let network = network(shape)
    let table = derived + unit * network.derivedCount
    let terms = posterior(network, table, observed: observed, pixels: pixels)
    let total = logSumExp(terms)
    var own = key
    own.sample = UInt32(shape.pixels)
    let node = drawn(terms.map { naturalExponential($0 - total) }, own.uniform)
    // Levels are drawn from the table; a density has to ask its decoder.
    let decoder = emission.isDensity ? reference(shape, unit: unit, parameters: parameters) : nil
    let masses = table + (2 + hidden) * network.stride + node
    for value in 0..<shape.pixels where !observed[value] {
      own.sample = UInt32(value)
      pixels[value] =
        decoder.map { emission.draw($0.numbers(value: value, node: node), own) }
        ?? drawLevel(
          masses + value * byteLevels * network.stride, stride: network.stride, own.uniform)
    }
  }

  package func maximise(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let network = network(shape)
    let table = derived + unit * network.derivedCount
    let terms = posterior(network, table, observed: observed, pixels: pixels)
    let masses = table + (2 + hidden) * network.stride
    func best(_ value: Int, _ node: Int) -> (level: UInt8, mass: Double) {
      likeliestLevel(
        masses + value * byteLevels * network.stride + node, stride: network.stride)
    }
    var (chosen, largest) = (0, -Double.infinity)
    for (node, term) in terms.enumerated() {
      let total = (0..<shape.pixels).reduce(term) {
        observed[$1] ? $0 : $0 + best($1, node).mass
      }
      if total > largest { (chosen, largest) = (node, total) }
    }
    for value in 0..<shape.pixels where !observed[value] {
      pixels[value] = best(value, chosen).level
    }
    return largest
  }

  /// log omega_j + log p(x_o | z_j), `[node]`.
  private func posterior(
    _ network: LevelMixtureShape, _ table: UnsafePointer<Float>,
    observed: UnsafeBufferPointer<Bool>, pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> [Double] {
    let stride = network.stride
    let logWeights = table + stride
    let masses = table + (2 + hidden) * stride
    return (0..<nodes.count).map { node in
      var total = Double(logWeights[node])
      for value in observed.indices where observed[value] {
        total += Double(masses[(value * byteLevels + Int(pixels[value])) * stride + node])
      }
      return total
    }
  }
}
