import Numerics

/// A probability for each of the 256 levels: the softmax of as many logits.
package struct CategoricalEmission: Emission {
  package static let kind = "categorical"
  package static let summary = "a probability for each of 256 levels; exact"
  package static let examples = [CategoricalEmission()]
  package init() {}
  package init(settings: some EmissionSettings) {}

  package var numbers: Int { byteLevels }
  package var gradientReadsNumbers: Bool { false }

  package func logMasses(
    _ numbers: UnsafePointer<Float>, stride: Int, into table: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < stride {
      let total = logTotal(numbers, column, stride: stride)
      for level in 0..<byteLevels {
        let below = load(numbers + level &* stride, column) - total.largest
        store(below - total.excess, table + level &* stride, column)
      }
      column &+= laneCount
    }
  }

  /// Counts less what the distribution expects of as many.
  package func gradient(
    _ numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < stride {
      var total = Lanes.zero
      for level in 0..<byteLevels { total += load(counts + level &* stride, column) }
      for level in 0..<byteLevels {
        let row = level &* stride
        let mass = exponential(load(table + row, column))
        store(load(counts + row, column) - mass * total, gradient + row, column)
      }
      column &+= laneCount
    }
  }

  package func score(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, images: Int, stride: Int,
    into row: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let total = logTotal(numbers, image, stride: stride)
      let below = chosen(numbers, x, image, stride: stride) - total.largest
      store(load(row, image) + (below - total.excess), row, image)
      image &+= laneCount
    }
  }

  package func scoreGradient(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, weights: UnsafePointer<Float>,
    images: Int, stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let total = logTotal(numbers, image, stride: stride)
      let weight = load(weights, image)
      for level in 0..<byteLevels {
        let row = level &* stride
        let below = load(numbers + row, image) - total.largest
        store(-weight * exponential(below - total.excess), gradient + row, image)
      }
      for lane in image..<image &+ laneCount {
        gradient[Int(x[lane]) &* stride &+ lane] += weights[lane]
      }
      image &+= laneCount
    }
  }

  /// The largest logit of 16 columns, and by how much the logarithm of the sum of e^logit exceeds it.
  ///
  /// The largest terms are counted, and the others summed apart: where one level is nearly certain, each of
  /// hundreds of small terms would be lost beside its 1.
  @inline(__always)
  private func logTotal(
    _ numbers: UnsafePointer<Float>, _ column: Int, stride: Int
  ) -> (largest: Lanes, excess: Lanes) {
    var largest = load(numbers, column)
    for level in 1..<byteLevels {
      largest = larger(largest, load(numbers + level &* stride, column))
    }
    let one = Lanes(repeating: 1)
    var (ties, rest) = (Lanes.zero, Lanes.zero)
    for level in 0..<byteLevels {
      let below = load(numbers + level &* stride, column) - largest
      let isLargest = below .>= Lanes.zero
      ties += Lanes.zero.replacing(with: one, where: isLargest)
      rest += exponential(below).replacing(with: Lanes.zero, where: isLargest)
    }
    return (largest, logarithmOfOnePlus(ties - one + rest))
  }

  @inline(__always)
  private func chosen(
    _ numbers: UnsafePointer<Float>, _ x: UnsafePointer<UInt8>, _ image: Int, stride: Int
  ) -> Lanes {
    var found = Lanes.zero
    for lane in 0..<laneCount {
      found[lane] = numbers[Int(x[image &+ lane]) &* stride &+ image &+ lane]
    }
    return found
  }

  package var hasReestimate: Bool { true }
  package var smoothsLevels: Bool { true }

  package func reestimate(
    counts: UnsafePointer<Float>, table: UnsafePointer<Float>, stride: Int,
    step: MaximisationStep, into numbers: UnsafeMutablePointer<Float>
  ) {
    withSmoothedCounts(counts, table: table, stride: stride, step: step) { smoothed in
      move(counts: smoothed, table: table, stride: stride, step: step, into: numbers)
    }
  }

  private func move(
    counts: UnsafePointer<Float>, table: UnsafePointer<Float>, stride: Int,
    step: MaximisationStep, into numbers: UnsafeMutablePointer<Float>
  ) {
    let kept = Lanes(repeating: 1 - step.size)
    let each = Lanes(repeating: step.pseudoCount / Float(byteLevels))
    let least = Lanes(repeating: leastProbability)
    var column = 0
    while column < stride {
      var total = Lanes.zero
      for level in 0..<byteLevels { total += load(counts + level &* stride, column) }
      let isCounted = total .> Lanes(repeating: smallestTotalCount)
      let scale = Lanes(repeating: step.size) / (total + Lanes(repeating: step.pseudoCount))
      for level in 0..<byteLevels {
        let row = level &* stride
        let present = exponential(load(table + row, column))
        let moved = kept * present + (load(counts + row, column) + each) * scale
        let logit = logarithm(larger(moved, least))
        store(
          load(numbers + row, column).replacing(with: logit, where: isCounted), numbers + row,
          column)
      }
      column &+= laneCount
    }
  }

  package func initialNumbers(_ key: NoiseKey) -> [Float] {
    (0..<byteLevels).map { level in
      var own = key
      own.sample = key.sample &* UInt32(byteLevels) &+ UInt32(level)
      return Float(0.5 * own.normals.0)
    }
  }

  package var initialBiases: [Float] { Array(repeating: 0, count: byteLevels) }

  package func logProbabilities(_ numbers: [Double]) -> [Double] {
    let total = logSumExp(numbers)
    return numbers.map { $0 - total }
  }

  package func logProbability(_ numbers: [Double], level: Int) -> Double {
    numbers[level] - logSumExp(numbers)
  }
}
