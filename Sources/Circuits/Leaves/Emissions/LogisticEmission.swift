import Numerics

/// A logistic distribution cut into levels: two numbers, mean and log-scale, see `LogisticMass`.
package struct LogisticEmission: Emission {
  package static let kind = "logistic"
  package static let summary = "a logistic distribution cut into 256 levels; exact"
  package static let examples = [LogisticEmission()]
  package init() {}
  package init(settings: some EmissionSettings) {}

  package var numbers: Int { 2 }

  package func logMasses(
    _ numbers: UnsafePointer<Float>, stride: Int, into table: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < stride {
      LogisticMass.logMasses(
        mean: load(numbers, column), logScale: load(numbers + stride, column), stride: stride,
        into: table + column)
      column &+= laneCount
    }
  }

  package func gradient(
    _ numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < stride {
      let found = LogisticMass.gradient(
        mean: load(numbers, column), logScale: load(numbers + stride, column),
        counts: counts + column, stride: stride)
      store(found.mean, gradient, column)
      store(found.logScale, gradient + stride, column)
      column &+= laneCount
    }
  }

  package func score(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, images: Int, stride: Int,
    into row: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let value = LogisticMass.score(
        mean: load(numbers, image), logScale: load(numbers + stride, image), x: floats(x, image))
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
      let found = LogisticMass.scoreGradient(
        mean: load(numbers, image), logScale: load(numbers + stride, image), x: floats(x, image))
      let weight = load(weights, image)
      store(weight * found.mean, gradient, image)
      store(weight * found.logScale, gradient + stride, image)
      image &+= laneCount
    }
  }

  package func initialNumbers(_ key: NoiseKey) -> [Float] {
    [Float(0.5 * key.normals.0), initialLogScale]
  }

  package var initialSpread: Double { 0.3 }

  package var initialBiases: [Float] { [0, initialLogScale] }

  package func logProbabilities(_ numbers: [Double]) -> [Double] {
    (0..<byteLevels).map { logProbability(numbers, level: $0) }
  }

  package func logProbability(_ numbers: [Double], level: Int) -> Double {
    LogisticMass.logProbability(mean: numbers[0], logScale: numbers[1], level: level)
  }
}

/// Wide enough that every level has a mass to learn from.
let initialLogScale: Float = -1.5
