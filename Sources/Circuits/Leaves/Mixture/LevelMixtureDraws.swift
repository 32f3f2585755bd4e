import Numerics

/// Single questions, node by node in Double.
extension MixtureLeaf {
  func levelReference(
    _ shape: LeafShape, _ emission: any Emission, unit: Int, parameters: UnsafePointer<Float>
  ) -> LevelMixtureReference {
    let network = levelNetwork(shape, emission)
    let own = UnsafeBufferPointer(
      start: parameters + unit * network.parameterCount, count: network.parameterCount)
    return LevelMixtureReference(
      network, emission, nodes, parameters: own.map(Double.init), unit: 0)
  }

  func levelMeans(
    _ shape: LeafShape, _ emission: any Emission, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let own = levelReference(shape, emission, unit: unit, parameters: parameters)
    var means = Array(repeating: 0.0, count: shape.pixels)
    for node in 0..<nodes.count {
      let weight = naturalExponential(own.logWeights[node])
      for value in 0..<shape.pixels {
        means[value] += weight * emission.mean(own.numbers(value: value, node: node))
      }
    }
    return means
  }

  /// A node by its posterior, then every hidden value by itself.
  func levelSampleHidden(
    _ region: LeafRegion, _ emission: any Emission, unit: Int, key: NoiseKey,
    given seen: LevelEvidence
  ) {
    let (shape, observed, pixels) = (region.shape, seen.observed, seen.pixels)
    let network = levelNetwork(shape, emission)
    let table = region.derived + unit * network.derivedCount
    let terms = posterior(network, table, seen)
    let total = logSumExp(terms)
    var own = key
    own.sample = UInt32(shape.pixels)
    let node = drawn(terms.map { naturalExponential($0 - total) }, own.uniform)
    // Levels are drawn from the table; a density has to ask its decoder.
    let decoder =
      emission.isDensity
      ? levelReference(shape, emission, unit: unit, parameters: region.parameters) : nil
    let masses = table + (2 + hidden) * network.stride + node
    for value in 0..<shape.pixels where !observed[value] {
      own.sample = UInt32(value)
      pixels[value] =
        decoder.map { emission.draw($0.numbers(value: value, node: node), own) }
        ?? drawLevel(
          masses + value * byteLevels * network.stride, stride: network.stride, own.uniform)
    }
  }

  func levelMaximise(
    _ region: LeafRegion, _ emission: any Emission, unit: Int, given seen: LevelEvidence
  ) -> Double {
    let (shape, observed, pixels) = (region.shape, seen.observed, seen.pixels)
    let network = levelNetwork(shape, emission)
    let table = region.derived + unit * network.derivedCount
    let terms = posterior(network, table, seen)
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
    _ network: LevelMixtureShape, _ table: UnsafePointer<Float>, _ seen: LevelEvidence
  ) -> [Double] {
    let stride = network.stride
    let logWeights = table + stride
    let masses = table + (2 + hidden) * stride
    return (0..<nodes.count).map { node in
      var total = Double(logWeights[node])
      for value in seen.observed.indices where seen.observed[value] {
        total += Double(masses[(value * byteLevels + Int(seen.pixels[value])) * stride + node])
      }
      return total
    }
  }
}

/// A region's values of one image: those that are observed are given, the others are to be found.
struct LevelEvidence {
  let observed: UnsafeBufferPointer<Bool>
  let pixels: UnsafeMutableBufferPointer<UInt8>
}
