import Configuration
import Numerics

/// What a decoder outputs for each value of a region: the logit of a binary pixel, or the numbers of an
/// emission of 256 levels.
package enum DecodedValues: Sendable {
  case binary
  case levels(any Emission)

  package init(_ emission: (any Emission)?) {
    self = emission.map(DecodedValues.levels) ?? .binary
  }

  package var emission: (any Emission)? {
    if case .levels(let emission) = self { emission } else { nil }
  }

  /// Decoder outputs per value.
  package var numbers: Int { emission?.numbers ?? 1 }
  package var levels: Int { emission == nil ? 2 : byteLevels }
  package var isDensity: Bool { emission?.isDensity ?? false }

  /// A network family's name with these values.
  func name(of kind: String) -> String {
    emission.map { "\(kind) (\(type(of: $0).kind))" } ?? kind
  }

  /// A network family's fields with these values.
  func configuration(_ fields: [String: ResolvedValue]) -> ResolvedValue {
    var all = fields
    if let emission { all["emission"] = emission.resolved }
    return .mapping(all)
  }

  /// The expected value, as outcome 1's probability or a number in [0, 1].
  func mean(_ numbers: ArraySlice<Double>) -> Double {
    emission.map { $0.mean(Array(numbers)) } ?? logistic(numbers[numbers.startIndex])
  }
}

/// Draws the first weights of a decoder or an encoder, one number a weight: Xavier-uniform.
struct NetworkInitialiser {
  private let seed: Int
  private let leaf: Int
  private let values: DecodedValues
  private var next: UnsafeMutablePointer<Float>
  private var index = 0

  init(
    seed: Int, leaf: Int, values: DecodedValues, into parameters: UnsafeMutablePointer<Float>
  ) {
    self.seed = seed
    self.leaf = leaf
    self.values = values
    next = parameters
  }

  /// Weights, then biases of 0.
  mutating func layer(inputs: Int, outputs: Int) {
    draw(inputs * outputs, limit: limit(inputs, outputs))
    zeros(outputs)
  }

  /// The last layer of a decoder, whose biases are at first an emission's own.
  mutating func outputLayer(inputs: Int, values count: Int) {
    guard let emission = values.emission else { return layer(inputs: inputs, outputs: count) }
    // Of one value's numbers: those of all would make the first weights too small to learn by.
    draw(
      count * emission.numbers * inputs,
      limit: emission.initialSpread * limit(inputs, emission.numbers))
    for _ in 0..<count { for bias in emission.initialBiases { put(bias) } }
  }

  mutating func put(_ value: Float) {
    next[0] = value
    next += 1
    index += 1
  }

  private func limit(_ inputs: Int, _ outputs: Int) -> Double {
    (6 / Double(inputs + outputs)).squareRoot()
  }

  private mutating func draw(_ count: Int, limit: Double) {
    for _ in 0..<count {
      let key = NoiseKey(seed: seed, purpose: .initialisation, leaf: leaf + 1, sample: index)
      put(Float((2 * key.uniform - 1) * limit))
    }
  }

  /// Those of binary networks have the sign of a draw, which model files keep.
  private mutating func zeros(_ count: Int) {
    if case .binary = values { return draw(count, limit: 0) }
    for _ in 0..<count { put(0) }
  }
}
