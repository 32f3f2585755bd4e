import Numerics

/// A Gaussian density of x = level / 255: two numbers, the mean and a raw number r with
/// sigma = smallest + log(1 + e^r), as `GaussianLeaf` has them.
package struct GaussianEmission: Emission {
  package static let kind = "gaussian"
  package static let summary = "a Gaussian density of grey levels / 255; a density"
  package static let examples = [GaussianEmission(), GaussianEmission(smallest: 0.3)]
  package let smallest: Double

  package init(smallest: Double = 0.05) { self.smallest = smallest }

  package init(settings: some EmissionSettings) {
    self.init(
      smallest: settings.double(
        "smallest", default: 0.05, in: 0.001...10,
        meaning: "least standard deviation, of values from 0 to 1")
    )
  }

  package var configuration: [String: EmissionSetting] { ["smallest": .real(smallest)] }

  package var isDensity: Bool { true }
  package var numbers: Int { 2 }

  /// 1 / sigma, and -log sigma - log(2 pi) / 2.
  @inline(__always)
  private func scale(_ raw: Lanes) -> (inverse: Lanes, constant: Lanes) {
    let sigma = Lanes(repeating: Float(smallest)) + softplus(raw)
    return (
      Lanes(repeating: 1) / sigma, -logarithm(sigma) - Lanes(repeating: halfLogOfTwoPi)
    )
  }

  package func logMasses(
    _ numbers: UnsafePointer<Float>, stride: Int, into table: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < stride {
      let mean = load(numbers, column)
      let (inverse, constant) = scale(load(numbers + stride, column))
      for level in 0..<byteLevels {
        let z = (Lanes(repeating: Float(level) / 255) - mean) * inverse
        store(
          constant.addingProduct(z * Lanes(repeating: -0.5), z), table + level &* stride, column)
      }
      column &+= laneCount
    }
  }

  package func gradient(
    _ numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < stride {
      let mean = load(numbers, column)
      let raw = load(numbers + stride, column)
      let inverse = scale(raw).inverse
      var first = Lanes.zero
      var second = Lanes.zero
      for level in 0..<byteLevels {
        let count = load(counts + level &* stride, column)
        let z = (Lanes(repeating: Float(level) / 255) - mean) * inverse
        first.addProduct(count, z)
        second.addProduct(count, z * z - Lanes(repeating: 1))
      }
      store(first * inverse, gradient, column)
      store(second * inverse * logistic(raw), gradient + stride, column)
      column &+= laneCount
    }
  }

  package func score(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, images: Int, stride: Int,
    into row: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let (inverse, constant) = scale(load(numbers + stride, image))
      let z = (floats(x, image) * Lanes(repeating: 1 / 255) - load(numbers, image)) * inverse
      store(
        load(row, image) + constant.addingProduct(z * Lanes(repeating: -0.5), z), row, image)
      image &+= laneCount
    }
  }

  package func scoreGradient(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, weights: UnsafePointer<Float>,
    images: Int, stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    var image = 0
    while image < images {
      let raw = load(numbers + stride, image)
      let inverse = scale(raw).inverse
      let z = (floats(x, image) * Lanes(repeating: 1 / 255) - load(numbers, image)) * inverse
      let share = load(weights, image) * inverse
      store(share * z, gradient, image)
      store(share * (z * z - Lanes(repeating: 1)) * logistic(raw), gradient + stride, image)
      image &+= laneCount
    }
  }

  package func initialNumbers(_ key: NoiseKey) -> [Float] {
    [Float(0.5 + 0.25 * key.normals.0), initialRaw]
  }

  package var initialSpread: Double { 0.15 }

  package var initialBiases: [Float] { [0.5, initialRaw] }

  /// sigma = smallest + 0.2.
  private var initialRaw: Float { Float(naturalLogarithm(naturalExponential(0.2) - 1)) }

  package func logProbabilities(_ numbers: [Double]) -> [Double] {
    (0..<byteLevels).map { logProbability(numbers, level: $0) }
  }

  package func logProbability(_ numbers: [Double], level: Int) -> Double {
    let sigma = smallest + softplus(numbers[1])
    let z = (Double(level) / 255 - numbers[0]) / sigma
    return -z * z / 2 - naturalLogarithm(sigma) - naturalLogarithm(2 * Double.pi) / 2
  }

  package func mean(_ numbers: [Double]) -> Double { numbers[0] }

  /// The byte nearest to the drawn value; what falls outside [0, 1] becomes its end.
  package func draw(_ numbers: [Double], _ key: NoiseKey) -> UInt8 {
    greyLevel(numbers[0] + (smallest + softplus(numbers[1])) * key.normals.0)
  }
}

/// log(2 pi) / 2.
private let halfLogOfTwoPi: Float = 0.918_938_533_2
