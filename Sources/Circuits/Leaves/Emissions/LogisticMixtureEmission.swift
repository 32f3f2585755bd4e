import Numerics

/// A mixture of logistic distributions cut into levels (Salimans, Karpathy, Chen & Kingma 2017).
///
/// Three numbers a component: `[component]` logits of the weights, then means, then log-scales.
package struct LogisticMixtureEmission: Emission {
  package static let kind = "logistic-mixture"
  package static let summary =
    "a mixture of logistic distributions cut into levels; exact"
  package static let examples = [1, 3].map { LogisticMixtureEmission(components: $0) }
  package let components: Int

  package init(components: Int) {
    precondition(components >= 1)
    self.components = components
  }

  package init(settings: some EmissionSettings) {
    self.init(
      components: settings.int(
        "components", default: 3, in: 1...64, meaning: "logistic distributions that are mixed")
    )
  }

  package var configuration: [String: EmissionSetting] { ["components": .integer(components)] }

  package var numbers: Int { 3 * components }

  package func logMasses(
    _ numbers: UnsafePointer<Float>, stride: Int, into table: UnsafeMutablePointer<Float>
  ) {
    withColumns { own in
      var column = 0
      while column < stride {
        let total = logTotal(numbers, column, stride: stride)
        // log sum of e^term, term by term: the largest so far is kept out of the exponentials.
        for component in 0..<components {
          let weight = load(numbers + component &* stride, column) - total
          LogisticMass.logMasses(
            mean: load(mean(numbers, component, stride), column),
            logScale: load(scale(numbers, component, stride), column), stride: laneCount,
            into: own)
          for level in 0..<byteLevels {
            let place = table + level &* stride
            let term = load(own, level &* laneCount) + weight
            store(
              component == 0 ? term : logSum(load(place, column), term), place, column)
          }
        }
        column &+= laneCount
      }
    }
  }

  /// Counts are dealt to the components by their shares of each level.
  package func gradient(
    _ numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    withColumns { own in
      var column = 0
      while column < stride {
        let logTotal = logTotal(numbers, column, stride: stride)
        var all = Lanes.zero
        for level in 0..<byteLevels { all += load(counts + level &* stride, column) }
        for component in 0..<components {
          let weight = load(numbers + component &* stride, column) - logTotal
          let m = load(mean(numbers, component, stride), column)
          let s = load(scale(numbers, component, stride), column)
          LogisticMass.logMasses(mean: m, logScale: s, stride: laneCount, into: own)
          var share = Lanes.zero
          for level in 0..<byteLevels {
            let place = own + level &* laneCount
            let row = level &* stride
            let part =
              load(counts + row, column)
              * exponential(load(place, 0) + weight - load(table + row, column))
            store(part, place, 0)
            share += part
          }
          let found = LogisticMass.gradient(
            mean: m, logScale: s, counts: own, stride: laneCount)
          store(
            share - all * exponential(weight), gradient + component &* stride, column)
          store(found.mean, gradient + (components &+ component) &* stride, column)
          store(found.logScale, gradient + (2 &* components &+ component) &* stride, column)
        }
        column &+= laneCount
      }
    }
  }

  package func score(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, images: Int, stride: Int,
    into row: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      store(
        load(row, image) + score(numbers, floats(x, image), image, stride: stride), row, image)
      image &+= laneCount
    }
  }

  package func scoreGradient(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, weights: UnsafePointer<Float>,
    images: Int, stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let level = floats(x, image)
      let whole = score(numbers, level, image, stride: stride)
      let logTotal = logTotal(numbers, image, stride: stride)
      let weight = load(weights, image)
      for component in 0..<components {
        let m = load(mean(numbers, component, stride), image)
        let s = load(scale(numbers, component, stride), image)
        let logShare = load(numbers + component &* stride, image) - logTotal
        let value = LogisticMass.score(mean: m, logScale: s, x: level)
        let share = weight * exponential(value + logShare - whole)
        let found = LogisticMass.scoreGradient(mean: m, logScale: s, x: level)
        store(
          share - weight * exponential(logShare), gradient + component &* stride, image)
        store(share * found.mean, gradient + (components &+ component) &* stride, image)
        store(
          share * found.logScale, gradient + (2 &* components &+ component) &* stride, image)
      }
      image &+= laneCount
    }
  }

  @inline(__always)
  private func score(
    _ numbers: UnsafePointer<Float>, _ x: Lanes, _ image: Int, stride: Int
  ) -> Lanes {
    let total = logTotal(numbers, image, stride: stride)
    var sum = Lanes.zero
    for component in 0..<components {
      let term =
        load(numbers + component &* stride, image) - total
        + LogisticMass.score(
          mean: load(mean(numbers, component, stride), image),
          logScale: load(scale(numbers, component, stride), image), x: x)
      sum = component == 0 ? term : logSum(sum, term)
    }
    return sum
  }

  /// The logarithm of the sum of e^logit of the weights.
  @inline(__always)
  private func logTotal(_ numbers: UnsafePointer<Float>, _ column: Int, stride: Int) -> Lanes {
    var total = load(numbers, column)
    for component in 1..<max(components, 1) {
      total = logSum(total, load(numbers + component &* stride, column))
    }
    return total
  }

  @inline(__always)
  private func mean(
    _ numbers: UnsafePointer<Float>, _ component: Int, _ stride: Int
  ) -> UnsafePointer<Float> { numbers + (components &+ component) &* stride }

  @inline(__always)
  private func scale(
    _ numbers: UnsafePointer<Float>, _ component: Int, _ stride: Int
  ) -> UnsafePointer<Float> { numbers + (2 &* components &+ component) &* stride }

  /// The masses of one component in 16 columns.
  private func withColumns(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    withUnsafeTemporaryAllocation(
      byteCount: byteLevels * MemoryLayout<Lanes>.stride,
      alignment: MemoryLayout<Lanes>.alignment
    ) { memory in
      guard let start = memory.baseAddress else { return }
      body(start.assumingMemoryBound(to: Float.self))
    }
  }

  package func initialNumbers(_ key: NoiseKey) -> [Float] {
    (0..<numbers).map { number in
      var own = key
      own.sample = key.sample &* UInt32(numbers) &+ UInt32(number)
      switch number / components {
      case 0: return 0
      case 1: return Float(0.5 * own.normals.0)
      default: return initialLogScale
      }
    }
  }

  package var initialSpread: Double { 0.3 }

  /// Means side by side, or the components would learn alike.
  package var initialBiases: [Float] {
    let means = (0..<components).map { (2 * Float($0) + 1) / Float(components) - 1 }
    return Array(repeating: 0, count: components) + means
      + Array(repeating: initialLogScale, count: components)
  }

  package func logProbabilities(_ numbers: [Double]) -> [Double] {
    (0..<byteLevels).map { logProbability(numbers, level: $0) }
  }

  package func logProbability(_ numbers: [Double], level: Int) -> Double {
    let terms = (0..<components).lazy.map { component in
      numbers[component]
        + LogisticMass.logProbability(
          mean: numbers[components + component], logScale: numbers[2 * components + component],
          level: level)
    }
    return logSumExp(Array(terms)) - logSumExp(numbers.prefix(components))
  }
}

/// log(e^a + e^b) of every lane.
@_transparent
func logSum(_ a: Lanes, _ b: Lanes) -> Lanes {
  let top = larger(a, b)
  let difference = a - b
  return top + logarithm(Lanes(repeating: 1) + exponential(-larger(difference, -difference)))
}
