import Configuration
import Numerics

extension Circuit {
  /// Images drawn from the circuit, root to leaves, `[image][pixel]` in row-major order.
  ///
  /// Image number i is a pure function of (seed, i, parameters): the same whatever the count, and
  /// the same noise meets parameters of every epoch, so that a film strip shows one image emerge.
  ///
  /// Throws what `Stopping.check` does, asked before each image.
  package func samples(count: Int, seed: Int, derived: DerivedParameters) throws -> [UInt8] {
    var images = [UInt8](repeating: 0, count: count * pixelCount)
    let sumOfRegion = Dictionary(
      uniqueKeysWithValues: sumRegions.enumerated().map { ($1.region, $0) })
    let leafOfRegion = Dictionary(
      uniqueKeysWithValues: leafRegions.enumerated().map { ($1, $0) })
    let check = Stopping.check
    for image in 0..<count {
      try check()
      let key = NoiseKey(seed: seed, purpose: .sampling, image: image)
      // The root's own choice takes the number after the last region.
      let unit = rootUnit(u: key.uniform(choice: graph.scopes.count))
      var open = [(region: graph.root, unit: unit)]
      while let (region, unit) = open.popLast() {
        if let index = leafOfRegion[region] {
          drawLeaf(
            index, region: region, unit: unit, key: key, derived: derived,
            into: &images, at: image * pixelCount)
        } else if let index = sumOfRegion[region] {
          let chosen = drawProduct(
            of: sumRegions[index], unit: unit, u: key.uniform(choice: region), derived: derived)
          open.append(chosen.left)
          open.append(chosen.right)
        }
      }
    }
    return images
  }

  private func rootUnit(u: Double) -> Int {
    guard let classPriors else { return min(Int(bounded: u * Double(units)), units - 1) }
    var running = 0.0
    for (unit, prior) in classPriors.enumerated() {
      running += Double(prior)
      if running > u { return unit }
    }
    return classPriors.count - 1
  }

  /// A product unit, with probability its weight: the first whose running sum exceeds u.
  private func drawProduct(
    of sum: SumRegion, unit: Int, u: Double, derived: DerivedParameters
  ) -> (left: (region: Int, unit: Int), right: (region: Int, unit: Int)) {
    let count = sum.partitions.count * units * units
    let weights = derived.values.pointer + sum.weightOffset + unit * count
    var total = 0.0
    for index in 0..<count { total += Double(weights[index]) }
    var running = 0.0
    var chosen = count - 1
    for index in 0..<count {
      running += Double(weights[index])
      if running > u * total {
        chosen = index
        break
      }
    }
    let partition = graph.partitions[sum.partitions.lowerBound + chosen / (units * units)]
    let product = chosen % (units * units)
    return (
      (partition.left, product / units), (partition.right, product % units)
    )
  }

  private func drawLeaf(
    _ index: Int, region: Int, unit: Int, key: NoiseKey, derived: DerivedParameters,
    into images: inout [UInt8], at start: Int
  ) {
    var own = key
    own.leaf = UInt32(region)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: leafShapes[index].pixels) { drawn in
      leaf.sample(
        leafShapes[index], unit: unit,
        parameters: derived.parameters.values.pointer + layout.leafParameters[index],
        derived: derived.values.pointer + layout.leafDerived[index], key: own, into: drawn)
      for (pixel, value) in zip(leafPixels[index], drawn) { images[start + Int(pixel)] = value }
    }
  }
}

extension NoiseKey {
  /// The uniform that decides a choice at one region.
  func uniform(choice region: Int) -> Double {
    var own = self
    own.leaf = UInt32(region)
    own.sample = UInt32.max
    return own.uniform
  }
}
