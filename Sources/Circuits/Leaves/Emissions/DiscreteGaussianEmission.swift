import Numerics

/// The discrete normal distribution (Kemp 1997): a bell's values at the levels, normalised over the 256,
/// told by mean m and log-scale s on the axis u = level / 127.5 - 1.
///
/// With u0 the axis' nearest place to m, log p(level) = e(u) - log sum e^e(u) for
/// e(u) = -(u - u0) (u + u0 - 2 m) / (2 e^2s), which is the bell's exponent less that at u0: at most 0, and
/// without the cancellation of squares where m lies far outside.
package struct DiscreteGaussianEmission: Emission {
  package static let kind = "discrete-gaussian"
  package static let summary = "a bell's values at the 256 levels, normalised; exact"
  package static let examples = [DiscreteGaussianEmission()]

  package init() {}
  package init(settings: some EmissionSettings) {}

  package var numbers: Int { 2 }

  /// Smallest s: a third of a level's width, where all mass lies in one level or two.
  private static let smallestLogScale: Float = -6

  /// Mean, nearest place of the axis, and 1 / e^2s of sixteen columns.
  private struct Bells {
    let mean: Lanes
    let nearest: Lanes
    let precision: Lanes
    /// 1 where s may fall, 0 where it is at its bound.
    let mayFall: SIMDMask<SIMD16<Int32>>

    @inline(__always)
    init(_ numbers: UnsafePointer<Float>, _ column: Int, stride: Int) {
      mean = load(numbers, column)
      nearest = -larger(-larger(mean, Lanes(repeating: -1)), Lanes(repeating: -1))
      let s = load(numbers + stride, column)
      let bounded = larger(s, Lanes(repeating: DiscreteGaussianEmission.smallestLogScale))
      precision = exponential(bounded * Lanes(repeating: -2))
      mayFall = s .>= Lanes(repeating: DiscreteGaussianEmission.smallestLogScale)
    }

    @inline(__always)
    func exponent(_ u: Lanes) -> Lanes {
      (u - nearest) * (mean + mean - u - nearest) * precision * Lanes(repeating: 0.5)
    }

    /// log sum e^e, and the expectations of u - m and (u - m)^2, over all levels.
    @inline(__always)
    func moments() -> (logTotal: Lanes, first: Lanes, second: Lanes) {
      var (total, first, second) = (Lanes.zero, Lanes.zero, Lanes.zero)
      for level in 0..<byteLevels {
        let u = Lanes(repeating: DiscreteGaussianEmission.axis(level))
        let mass = exponential(exponent(u))
        total += mass
        let away = u - mean
        first.addProduct(mass, away)
        second.addProduct(mass * away, away)
      }
      return (logarithm(total), first / total, second / total)
    }

    /// The gradient by m and s of weights whose sums of 1, u - m and (u - m)^2 are given.
    @inline(__always)
    func gradient(_ total: Lanes, _ first: Lanes, _ second: Lanes) -> (mean: Lanes, scale: Lanes) {
      let own = moments()
      let byScale = (second - total * own.second) * precision
      return (
        (first - total * own.first) * precision,
        byScale.replacing(with: Lanes.zero, where: .!mayFall .& (byScale .< Lanes.zero))
      )
    }
  }

  @inline(__always)
  private static func axis(_ level: Int) -> Float { Float(level) * (1 / 127.5) - 1 }

  package func logMasses(
    _ numbers: UnsafePointer<Float>, stride: Int, into table: UnsafeMutablePointer<Float>
  ) {
    for column in Swift.stride(from: 0, to: stride, by: laneCount) {
      let bells = Bells(numbers, column, stride: stride)
      let logTotal = bells.moments().logTotal
      for level in 0..<byteLevels {
        let e = bells.exponent(Lanes(repeating: Self.axis(level)))
        store(e - logTotal, table + level &* stride, column)
      }
    }
  }

  package func gradient(
    _ numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    for column in Swift.stride(from: 0, to: stride, by: laneCount) {
      let bells = Bells(numbers, column, stride: stride)
      var (total, first, second) = (Lanes.zero, Lanes.zero, Lanes.zero)
      for level in 0..<byteLevels {
        let count = load(counts + level &* stride, column)
        let away = Lanes(repeating: Self.axis(level)) - bells.mean
        total += count
        first.addProduct(count, away)
        second.addProduct(count * away, away)
      }
      let found = bells.gradient(total, first, second)
      store(found.mean, gradient, column)
      store(found.scale, gradient + stride, column)
    }
  }

  package func score(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, images: Int, stride: Int,
    into row: UnsafeMutablePointer<Float>
  ) {
    for image in Swift.stride(from: 0, to: images, by: laneCount) {
      let bells = Bells(numbers, image, stride: stride)
      let u = floats(x, image) * Lanes(repeating: 1 / 127.5) - Lanes(repeating: 1)
      store(load(row, image) + bells.exponent(u) - bells.moments().logTotal, row, image)
    }
  }

  package func scoreGradient(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, weights: UnsafePointer<Float>,
    images: Int, stride: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    for image in Swift.stride(from: 0, to: images, by: laneCount) {
      let bells = Bells(numbers, image, stride: stride)
      let u = floats(x, image) * Lanes(repeating: 1 / 127.5) - Lanes(repeating: 1)
      let (weight, away) = (load(weights, image), u - bells.mean)
      let found = bells.gradient(weight, weight * away, weight * away * away)
      store(found.mean, gradient, image)
      store(found.scale, gradient + stride, image)
    }
  }

  package func initialNumbers(_ key: NoiseKey) -> [Float] {
    [Float(0.5 * key.normals.0), Self.initialLogScale]
  }

  package var initialSpread: Double { 0.3 }

  package var initialBiases: [Float] { [0, Self.initialLogScale] }

  /// A bell of a quarter of the axis to either side.
  private static let initialLogScale: Float = -0.7

  package func logProbabilities(_ numbers: [Double]) -> [Double] {
    let (mean, nearest) = (numbers[0], min(max(numbers[0], -1), 1))
    let precision = naturalExponential(-2 * max(numbers[1], Double(Self.smallestLogScale)))
    let exponents = (0..<byteLevels).map { level in
      let u = Double(level) / 127.5 - 1
      return (u - nearest) * (2 * mean - u - nearest) * precision / 2
    }
    let total = logSumExp(exponents)
    return exponents.map { $0 - total }
  }
}
