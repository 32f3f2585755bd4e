import Numerics

/// How one value of a pixel is distributed over its levels, told by a few numbers: a stateless family,
/// one conforming type a file.
///
/// Kernels work on *columns*, the units or nodes that share a value (`logMasses`, `gradient`) or the
/// images that each have numbers of their own (`score`, `scoreGradient`): rows of `stride` floats, a
/// multiple of 16, that start on a vector.
package protocol Emission: Sendable {
  /// The word in a pipeline.
  static var kind: String { get }
  /// One line for `tessera kinds`.
  static var summary: String { get }
  /// Reads its fields.
  init(settings: some EmissionSettings)
  /// What `init(settings:)` reads, as it was read.
  var configuration: [String: EmissionSetting] { get }
  /// Some of the family, for tests that every family owes.
  static var examples: [Self] { get }
  /// Whether its number is a density of x = level / 255, and no probability of a level.
  var isDensity: Bool { get }
  /// Numbers that tell one value's distribution.
  var numbers: Int { get }

  /// Whether `gradient` looks at the numbers, or at what `logMasses` made of them alone.
  var gradientReadsNumbers: Bool { get }

  /// log p(level) in nats, `[level][stride]`, from `[number][stride]`.
  func logMasses(
    _ numbers: UnsafePointer<Float>, stride: Int, into table: UnsafeMutablePointer<Float>)

  /// The gradient of sum_level counts(level) log p(level) by the numbers: overwrites `[number][stride]`.
  ///
  /// - Parameters:
  ///   - table: what `logMasses` made of `numbers`.
  ///   - counts: `[level][stride]`.
  func gradient(
    _ numbers: UnsafePointer<Float>, table: UnsafePointer<Float>, counts: UnsafePointer<Float>,
    stride: Int, into gradient: UnsafeMutablePointer<Float>)

  /// Adds log p(x) of each image's own distribution to `row`, `[stride]`.
  ///
  /// - Parameters:
  ///   - numbers: `[number][stride]`, a column an image.
  ///   - x: levels, `[stride]`.
  ///   - images: lanes to compute, a multiple of 16.
  func score(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, images: Int, stride: Int,
    into row: UnsafeMutablePointer<Float>)

  /// The gradient of weight times log p(x) by each image's own numbers: overwrites `[number][stride]`,
  /// which may be the numbers' own place.
  ///
  /// - Parameter weights: `[stride]`.
  func scoreGradient(
    _ numbers: UnsafePointer<Float>, x: UnsafePointer<UInt8>, weights: UnsafePointer<Float>,
    images: Int, stride: Int, into gradient: UnsafeMutablePointer<Float>)

  /// Whether `reestimate` can be asked: an exponential family.
  var hasReestimate: Bool { get }

  /// Whether `reestimate` smooths the counts of neighbouring levels where its step says so.
  var smoothsLevels: Bool { get }

  /// One step of expectation-maximisation of a value's distributions, one a column: their expected
  /// sufficient statistics move to those of the counts. A total count of 0 keeps the numbers.
  ///
  /// - Parameters:
  ///   - counts: `[level][stride]`.
  ///   - table: what `logMasses` made of the present numbers.
  ///   - numbers: `[number][stride]`.
  func reestimate(
    counts: UnsafePointer<Float>, table: UnsafePointer<Float>, stride: Int,
    step: MaximisationStep, into numbers: UnsafeMutablePointer<Float>)

  /// First numbers of a value that no network speaks for: a pure function of the key, whose sample
  /// counts the numbers.
  func initialNumbers(_ key: NoiseKey) -> [Float]

  /// How far the outputs of a fresh network may stray from its biases, as a share of what Xavier's limits
  /// give: numbers on an axis of length 1 or 2 want less than logits.
  var initialSpread: Double { get }

  /// First biases of a network that speaks the numbers: a distribution wide enough to learn from.
  var initialBiases: [Float] { get }

  /// The plain definition in Double: log p of every level, `[level]`, in nats; what the kernels are
  /// tested against.
  func logProbabilities(_ numbers: [Double]) -> [Double]

  /// The same of one level, for families that need not know the others.
  func logProbability(_ numbers: [Double], level: Int) -> Double

  /// The expected x = level / 255.
  func mean(_ numbers: [Double]) -> Double

  /// A drawn level.
  ///
  /// - Parameter key: the draw's own.
  func draw(_ numbers: [Double], _ key: NoiseKey) -> UInt8
}

/// Every family. A new one is a file and its line here, and so a leaf of independent values, of
/// continuous mixtures and of variational autoencoders.
package let emissionFamilies: [any Emission.Type] = [
  CategoricalEmission.self, LogisticEmission.self, LogisticMixtureEmission.self,
  BinomialEmission.self, DiscreteGaussianEmission.self, GaussianEmission.self,
]

/// Where a family's fields come from.
package protocol EmissionSettings {
  /// - Parameter meaning: what `tessera kinds` says of the field.
  func int(
    _ key: String, default fallback: Int, in range: ClosedRange<Int>, meaning: String
  ) -> Int
  func double(
    _ key: String, default fallback: Double, in range: ClosedRange<Double>, meaning: String
  ) -> Double
}

/// The value of a field.
package enum EmissionSetting: Hashable, Sendable {
  case integer(Int)
  case real(Double)
}

/// Levels of a byte.
package let byteLevels = 256

extension Emission {
  package var isDensity: Bool { false }
  package var gradientReadsNumbers: Bool { true }
  package var initialSpread: Double { 1 }
  package var hasReestimate: Bool { false }
  package var smoothsLevels: Bool { false }

  package func reestimate(
    counts: UnsafePointer<Float>, table: UnsafePointer<Float>, stride: Int,
    step: MaximisationStep, into numbers: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("\(Self.kind) has no step of expectation-maximisation")
  }
  package var configuration: [String: EmissionSetting] { [:] }

  package func logProbability(_ numbers: [Double], level: Int) -> Double {
    logProbabilities(numbers)[level]
  }

  package func mean(_ numbers: [Double]) -> Double {
    var total = 0.0
    for (level, value) in logProbabilities(numbers).enumerated() {
      total += Double(level) / 255 * naturalExponential(value)
    }
    return total
  }

  package func draw(_ numbers: [Double], _ key: NoiseKey) -> UInt8 {
    UInt8(drawn(logProbabilities(numbers).map(naturalExponential), key.uniform))
  }

  /// The most probable level; ties go to the lowest.
  package func mode(_ numbers: [Double]) -> (level: UInt8, logProbability: Double) {
    var best = (level: 0, value: -Double.infinity)
    for (level, value) in logProbabilities(numbers).enumerated() where value > best.value {
      best = (level, value)
    }
    return (UInt8(best.level), best.value)
  }
}

/// log(1 + e^x) of every lane, without overflow.
@_transparent
func softplus(_ x: Lanes) -> Lanes {
  larger(x, .zero) + logarithm(Lanes(repeating: 1) + exponential(-larger(x, -x)))
}

/// 1 / (1 + e^-x) of every lane.
@_transparent
func logistic(_ x: Lanes) -> Lanes {
  let e = exponential(-larger(x, -x))
  let inverse = Lanes(repeating: 1) / (Lanes(repeating: 1) + e)
  return (e * inverse).replacing(with: inverse, where: x .>= Lanes.zero)
}

/// Bytes as floats.
@inline(__always)
func floats(_ row: UnsafePointer<UInt8>, _ place: Int) -> Lanes {
  let bytes = UnsafeRawPointer(row + place).loadUnaligned(as: SIMD16<UInt8>.self)
  return Lanes(IntegerLanes(truncatingIfNeeded: bytes))
}
