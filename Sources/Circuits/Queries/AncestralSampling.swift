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
    let topDown = TopDown(self)
    let check = Stopping.check
    for image in 0..<count {
      try check()
      let key = NoiseKey(seed: seed, purpose: .sampling, image: image)
      // The root's own choice takes the number after the last region.
      let unit = rootUnit(u: key.uniform(choice: graph.scopes.count))
      topDown.walk(
        from: UnitOfRegion(region: graph.root, unit: unit), enters: { _ in true },
        choose: { sum, unit in
          drawProduct(of: sum, unit: unit, u: key.uniform(choice: sum.region), derived: derived)
        },
        leaf: { index, unit in
          drawLeaf(
            index, unit: unit, key: key, derived: derived, into: &images, at: image * pixelCount)
        })
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
  ) -> Int {
    let count = sum.productCount
    let weights = derived.values.pointer + sum.weightOffset + unit * count
    var total = 0.0
    for index in 0..<count { total += Double(weights[index]) }
    var running = 0.0
    for index in 0..<count {
      running += Double(weights[index])
      if running > u * total { return index }
    }
    return count - 1
  }

  private func drawLeaf(
    _ index: Int, unit: Int, key: NoiseKey, derived: DerivedParameters,
    into images: inout [UInt8], at start: Int
  ) {
    var own = key
    own.leaf = UInt32(leafRegions[index])
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: leafShapes[index].pixels) { drawn in
      leaf.sample(leafRegion(index, derived), unit: unit, key: own, into: drawn)
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
