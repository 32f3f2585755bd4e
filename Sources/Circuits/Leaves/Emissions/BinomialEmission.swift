import Numerics

/// 255 throws of a coin: one number, its logit (the leaves of Tan & Peharz, ICML 2019, section 5).
package struct BinomialEmission: Emission {
  package static let kind = "binomial"
  package static let summary = "255 throws of one coin; exact"
  package static let examples = [BinomialEmission()]
  private let logChoices: AlignedBuffer<Float>

  package init() { logChoices = AlignedBuffer(Self.logCoefficients.map { Float($0) }) }
  package init(settings: some EmissionSettings) { self.init() }

  package var numbers: Int { 1 }
  private static let throwCount: Float = 255

  package func logMasses(
    _ numbers: UnsafePointer<Float>, stride: Int, into table: UnsafeMutablePointer<Float>
  ) {
    // In Double: 255 times what Float loses of the logarithm of a share would be seen in the mass.
    for column in 0..<stride {
      let logit = Double(numbers[column])
      let (head, tail) = (-softplus(-logit), -softplus(logit))
      for level in 0..<byteLevels {
        table[level &* stride &+ column] = Float(
          Self.logCoefficients[level] + Double(level) * head + Double(255 &- level) * tail)
      }
    }
  }

  package func gradient(
    _ numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < stride {
      var total = Lanes.zero
      var sum = Lanes.zero
      for level in 0..<byteLevels {
        let count = load(counts + level &* stride, column)
        total += count
        sum.addProduct(count, Lanes(repeating: Float(level)))
      }
      let expected = total * logistic(load(numbers, column)) * Lanes(repeating: Self.throwCount)
      store(sum - expected, gradient, column)
      column &+= laneCount
    }
  }

  package func score(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, images: Int, stride: Int,
    into row: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let logit = load(numbers, image)
      let heads = floats(x, image)
      var value = (-softplus(-logit) * heads)
        .addingProduct(-softplus(logit), Lanes(repeating: Self.throwCount) - heads)
      for lane in 0..<laneCount { value[lane] += logChoices.pointer[Int(x[image &+ lane])] }
      store(load(row, image) + value, row, image)
      image &+= laneCount
    }
  }

  package func scoreGradient(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, weights: UnsafePointer<Float>,
    images: Int, stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let expected = logistic(load(numbers, image)) * Lanes(repeating: Self.throwCount)
      store(load(weights, image) * (floats(x, image) - expected), gradient, image)
      image &+= laneCount
    }
  }

  package var hasReestimate: Bool { true }

  package func reestimate(
    counts: UnsafePointer<Float>, table: UnsafePointer<Float>, stride: Int,
    step: MaximisationStep, into numbers: UnsafeMutablePointer<Float>
  ) {
    for column in 0..<stride {
      numbers[column] = moved(numbers[column], counts + column, stride: stride, step)
    }
  }

  /// The share of heads moves; it stays `smallestLogProbability` away from 0 and 1.
  private func moved(
    _ number: Float, _ counts: UnsafePointer<Float>, stride: Int, _ step: MaximisationStep
  ) -> Float {
    var (total, heads, tails) = (0.0, 0.0, 0.0)
    for level in 0..<byteLevels {
      let count = Double(counts[level * stride])
      total += count
      heads += count * Double(level) / 255
      tails += count * Double(255 - level) / 255
    }
    guard total > Double(smallestTotalCount) else { return number }
    let (size, pseudo) = (Double(step.size), Double(step.pseudoCount))
    let present = Double(number)
    let scale = size / (total + pseudo)
    let one = (1 - size) * logistic(present) + (heads + pseudo / 2) * scale
    let zero = (1 - size) * logistic(-present) + (tails + pseudo / 2) * scale
    let bound = -Double(smallestLogProbability)
    let logit = naturalLogarithm(one) - naturalLogarithm(zero)
    return Float(min(max(logit, -bound), bound))
  }

  package func initialNumbers(_ key: NoiseKey) -> [Float] { [Float(key.normals.0)] }

  package var initialBiases: [Float] { [0] }

  package func logProbabilities(_ numbers: [Double]) -> [Double] {
    (0..<byteLevels).map { logProbability(numbers, level: $0) }
  }

  package func logProbability(_ numbers: [Double], level: Int) -> Double {
    Self.logCoefficients[level] + Double(level) * numbers[0] - 255 * softplus(numbers[0])
  }

  package func mean(_ numbers: [Double]) -> Double { logistic(numbers[0]) }

  /// log of 255 choose level.
  private static let logCoefficients: [Double] = {
    var found = [0.0]
    for level in 1..<byteLevels {
      found.append(
        found[level - 1] + naturalLogarithm(Double(256 - level))
          - naturalLogarithm(Double(level)))
    }
    return found
  }()
}
