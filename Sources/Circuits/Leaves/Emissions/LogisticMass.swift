import Numerics

/// The mass that one logistic distribution puts on each level (Salimans, Karpathy, Chen & Kingma 2017,
/// eq. 2), told by mean m and log-scale s on the axis u = level / 127.5 - 1.
///
/// Level l owns the interval between the edges l - 1/2 and l + 1/2; the first and the last own what lies
/// beyond as well. With z = (u - m) / e^s at the upper and the lower edge, a and b,
/// log(sigma(a) - sigma(b)) = log sigma(a) + log sigma(-b) + log(1 - e^(b - a)): nothing cancels, and
/// the last term is the same for all levels.
enum LogisticMass {
  /// Smallest s: scales far below a level's width make no difference, and their inverse stays small.
  static let smallestLogScale = -7.0
  /// Largest s: beyond it all mass lies in the first and the last level.
  static let largestLogScale = 7.0
  /// The width of a level on the axis u.
  static let width = 1 / 127.5
  private static let edges = byteLevels - 1

  /// Edge `index` lies between the levels `index` and `index` + 1.
  @inline(__always)
  private static func edge(_ index: Int) -> Float { (Float(index) + 0.5) * (1 / 127.5) - 1 }

  /// 1 / e^s, bounded.
  @inline(__always)
  static func inverseScale(_ s: Lanes) -> Lanes {
    let above = larger(s, Lanes(repeating: Float(smallestLogScale)))
    return exponential(larger(-above, Lanes(repeating: -Float(largestLogScale))))
  }

  /// log(1 - e^-d) for d > 0: by a series where the difference would cancel.
  @inline(__always)
  static func logComplement(_ d: Lanes) -> Lanes {
    var series = Lanes(repeating: 1 / 5_040)
    series = Lanes(repeating: -1 / 720).addingProduct(series, d)
    series = Lanes(repeating: 1 / 120).addingProduct(series, d)
    series = Lanes(repeating: -1 / 24).addingProduct(series, d)
    series = Lanes(repeating: 1 / 6).addingProduct(series, d)
    series = Lanes(repeating: -1 / 2).addingProduct(series, d)
    series = Lanes(repeating: 1).addingProduct(series, d) * d
    let direct = Lanes(repeating: 1) - exponential(-d)
    return logarithm(direct.replacing(with: series, where: d .< Lanes(repeating: 0.5)))
  }

  /// d / (e^d - 1): what the last term gives by s, but for its sign.
  @inline(__always)
  static func complementSlope(_ d: Lanes) -> Lanes {
    let e = exponential(-d)
    return d * e / exponential(logComplement(d))
  }

  /// log p(level) of 16 columns: `[level]`, `stride` floats from one to the next.
  @inline(__always)
  static func logMasses(
    mean: Lanes, logScale: Lanes, stride: Int, into table: UnsafeMutablePointer<Float>
  ) {
    let inverse = inverseScale(logScale)
    let inside = logComplement(inverse * Lanes(repeating: Float(width)))
    // log sigma(-z) of the lower edge, with the term of levels that have two edges.
    var below = Lanes.zero
    for index in 0..<edges {
      let z = (Lanes(repeating: edge(index)) - mean) * inverse
      let t = logarithm(Lanes(repeating: 1) + exponential(-larger(z, -z)))
      store(below - larger(-z, .zero) - t, table + index &* stride, 0)
      below = -larger(z, .zero) - t + inside
    }
    // The last level has no upper edge.
    store(below - inside, table + edges &* stride, 0)
  }

  /// The gradient of sum_level counts(level) log p(level) of 16 columns, by mean and log-scale.
  @inline(__always)
  static func gradient(
    mean: Lanes, logScale: Lanes, counts: UnsafePointer<Float>, stride: Int
  ) -> (mean: Lanes, logScale: Lanes) {
    let inverse = inverseScale(logScale)
    var byMean = Lanes.zero
    var byScale = Lanes.zero
    var interior = Lanes.zero
    var below = load(counts, 0)
    for index in 0..<edges {
      let z = (Lanes(repeating: edge(index)) - mean) * inverse
      let above = load(counts + (index &+ 1) &* stride, 0)
      if index > 0 { interior += below }
      let sigma = logistic(z)
      let h = below - (below + above) * sigma
      byMean += h
      byScale.addProduct(h, z)
      below = above
    }
    let d = inverse * Lanes(repeating: Float(width))
    byScale = byScale.addingProduct(interior, complementSlope(d))
    return (-inverse * byMean, unbounded(-byScale, logScale))
  }

  /// log p(x) where each lane has a distribution and a level of its own.
  @inline(__always)
  static func score(mean: Lanes, logScale: Lanes, x: Lanes) -> Lanes {
    let inverse = inverseScale(logScale)
    let (a, b) = edges(of: x, mean: mean, inverse: inverse)
    let isFirst = x .< Lanes(repeating: 0.5)
    let isLast = x .> Lanes(repeating: 254.5)
    let inside = logComplement(inverse * Lanes(repeating: Float(width)))
    let upper = (-softplus(-a)).replacing(with: Lanes.zero, where: isLast)
    let lower = (-softplus(b)).replacing(with: Lanes.zero, where: isFirst)
    return upper + lower + inside.replacing(with: Lanes.zero, where: isFirst .| isLast)
  }

  /// The gradient of log p(x) where each lane has a distribution and a level of its own.
  @inline(__always)
  static func scoreGradient(
    mean: Lanes, logScale: Lanes, x: Lanes
  ) -> (mean: Lanes, logScale: Lanes) {
    let inverse = inverseScale(logScale)
    let (a, b) = edges(of: x, mean: mean, inverse: inverse)
    let isFirst = x .< Lanes(repeating: 0.5)
    let isLast = x .> Lanes(repeating: 254.5)
    let upper = logistic(-a).replacing(with: Lanes.zero, where: isLast)
    let lower = logistic(b).replacing(with: Lanes.zero, where: isFirst)
    let inside = complementSlope(inverse * Lanes(repeating: Float(width)))
      .replacing(with: Lanes.zero, where: isFirst .| isLast)
    return (-inverse * (upper - lower), unbounded(lower * b - upper * a - inside, logScale))
  }

  @inline(__always)
  private static func edges(
    of x: Lanes, mean: Lanes, inverse: Lanes
  ) -> (upper: Lanes, lower: Lanes) {
    let half = Lanes(repeating: Float(width / 2))
    let u = x * Lanes(repeating: Float(width)) - Lanes(repeating: 1) - mean
    return ((u + half) * inverse, (u - half) * inverse)
  }

  /// Beyond a bound the mass no longer changes: only the way back counts, as it is at the bound, or a
  /// scale that one step carried there would stay for ever.
  @inline(__always)
  private static func unbounded(_ gradient: Lanes, _ logScale: Lanes) -> Lanes {
    let isBelow = logScale .< Lanes(repeating: Float(smallestLogScale))
    let isAbove = logScale .> Lanes(repeating: Float(largestLogScale))
    return gradient.replacing(
      with: Lanes.zero,
      where: (isBelow .& (gradient .< Lanes.zero)) .| (isAbove .& (gradient .> Lanes.zero)))
  }

  /// log p of one level in Double.
  static func logProbability(mean: Double, logScale: Double, level: Int) -> Double {
    let inverse = naturalExponential(-min(max(logScale, smallestLogScale), largestLogScale))
    func z(_ index: Int) -> Double { ((Double(index) + 0.5) * width - 1 - mean) * inverse }
    let upper = level == edges ? 0 : -softplus(-z(level))
    let lower = level == 0 ? 0 : -softplus(z(level - 1))
    guard level > 0 && level < edges else { return upper + lower }
    return upper + lower + naturalLogarithm(-expm1OfNegative(inverse * width))
  }
}
