import Circuits
import Numerics
import Testing

/// What every emission owes, whichever it is.
@Suite struct EmissionTests {
  struct Case: CustomStringConvertible, Sendable {
    let emission: any Emission
    var description: String { "\(type(of: emission).kind) \(emission.configuration)" }
  }

  static let cases = emissionFamilies.flatMap { family in
    family.examples.map { Case(emission: $0) }
  }

  private let stride = 32
  /// Columns that differ from one another, far apart and close together.
  private func numbers(_ emission: any Emission, spread: Double = 1) -> [[Double]] {
    (0..<stride).map { column in
      emission.initialNumbers(
        NoiseKey(seed: 1, purpose: .initialisation, leaf: 1, sample: column)
      ).enumerated().map { number, first in
        let noise = NoiseKey(seed: 2, purpose: .initialisation, image: column, sample: number)
        return Double(Float(Double(first) + spread * noise.normals.0))
      }
    }
  }

  private func rows(_ columns: [[Double]]) -> AlignedBuffer<Float> {
    let buffer = AlignedBuffer<Float>(count: columns[0].count * stride)
    for (column, values) in columns.enumerated() {
      for (number, value) in values.enumerated() {
        buffer.pointer[number * stride + column] = Float(value)
      }
    }
    return buffer
  }

  @Test(arguments: cases)
  func levelsHaveTheMassOfOne(own: Case) {
    for column in numbers(own.emission) + numbers(own.emission, spread: 3) {
      let total = naturalExponential(logSumExp(own.emission.logProbabilities(column)))
      // A density over the axis: its sum over levels, 1/255 apart, is near 255 times what of it lies there.
      if own.emission.isDensity {
        #expect(total / 255 < 1.2)
      } else {
        #expect(abs(total - 1) < 1e-9, "\(column)")
      }
    }
  }

  /// What Float cannot know: of a logistic an edge of size 1, to half a unit in its last place, is
  /// multiplied by up to e^7; a binomial is a difference of numbers of size 176, the logarithm of 255
  /// over 127.
  private func rounding(_ emission: any Emission) -> Double {
    switch emission {
    case is LogisticEmission, is LogisticMixtureEmission: 1_097 * 0x1p-24
    case is BinomialEmission: 2 * 176 * 0x1p-24
    default: 0
    }
  }

  /// One level that is nearly certain, wherever it stands: hundreds of small terms count beside its 1.
  @Test(arguments: [0, 7, 128, 255], [-15.0, -19.4, -25])
  func aNearlyCertainLevelKeepsItsDigits(certain: Int, others: Double) {
    let emission = CategoricalEmission()
    let values = (0..<byteLevels).map { $0 == certain ? 14 : Double(Float(14 + others)) }
    let parameters = rows(Array(repeating: values, count: stride))
    let table = AlignedBuffer<Float>(count: byteLevels * stride)
    emission.logMasses(parameters.pointer, stride: stride, into: table.pointer)
    let expected = emission.logProbabilities(values)[certain]
    let found = Double(table.pointer[certain * stride])
    #expect(abs(found - expected) < 1e-5 * abs(expected), "\(found), expected \(expected)")
    let row = AlignedBuffer<Float>(count: stride)
    for lane in 0..<stride { row.pointer[lane] = 0 }
    let levels = Array(repeating: UInt8(certain), count: stride)
    emission.score(
      parameters.pointer, x: levels, images: stride, stride: stride, into: row.pointer)
    #expect(abs(Double(row.pointer[3]) - expected) < 1e-5 * abs(expected))
  }

  @Test(arguments: cases, [0.3, 1, 3])
  func tablesMeetTheReference(own: Case, spread: Double) {
    let columns = numbers(own.emission, spread: spread)
    let table = AlignedBuffer<Float>(count: byteLevels * stride)
    let parameters = rows(columns)
    own.emission.logMasses(parameters.pointer, stride: stride, into: table.pointer)
    for (column, values) in columns.enumerated() {
      for (level, expected) in own.emission.logProbabilities(values).enumerated() {
        let found = Double(table.pointer[level * stride + column])
        #expect(
          abs(found - expected) < 2e-5 * max(1, abs(expected)) + rounding(own.emission),
          "column \(column), level \(level): \(found), \(expected)")
      }
    }
  }

  /// A network's wild step: numbers of a hundred, either way, leave everything finite.
  @Test(arguments: cases, [-100.0, 100])
  func wildNumbersStayFinite(own: Case, size: Double) {
    let emission = own.emission
    let columns = numbers(emission).map { $0.map { $0 + size } }
    let parameters = rows(columns)
    let table = AlignedBuffer<Float>(count: byteLevels * stride)
    let counts = AlignedBuffer<Float>(Array(repeating: 0.5, count: byteLevels * stride))
    let found = AlignedBuffer<Float>(count: emission.numbers * stride)
    emission.logMasses(parameters.pointer, stride: stride, into: table.pointer)
    emission.gradient(
      parameters.pointer, table: table.pointer, counts: counts.pointer, stride: stride,
      into: found.pointer)
    #expect(table.array.allSatisfy { $0.isFinite })
    #expect(found.array.allSatisfy { $0.isFinite })
  }

  /// Of random counts, by central differences of the reference.
  @Test(arguments: cases)
  func gradientsOfCounts(own: Case) {
    let emission = own.emission
    let columns = numbers(emission)
    let parameters = rows(columns)
    let table = AlignedBuffer<Float>(count: byteLevels * stride)
    let counts = AlignedBuffer<Float>(count: byteLevels * stride)
    for index in 0..<counts.count {
      let key = NoiseKey(seed: 5, purpose: .sampling, sample: index)
      counts.pointer[index] = Float(key.uniforms.0 < 0.2 ? key.uniforms.1 : 0)
    }
    let found = AlignedBuffer<Float>(count: emission.numbers * stride)
    emission.logMasses(parameters.pointer, stride: stride, into: table.pointer)
    emission.gradient(
      parameters.pointer, table: table.pointer, counts: counts.pointer, stride: stride,
      into: found.pointer)
    for column in Swift.stride(from: 0, to: stride, by: 5) {
      for number in 0..<emission.numbers {
        let expected = difference(columns[column], number) { values in
          let logs = emission.logProbabilities(values)
          return (0..<byteLevels).reduce(0) {
            $0 + Double(counts.pointer[$1 * stride + column]) * logs[$1]
          }
        }
        let value = Double(found.pointer[number * stride + column])
        #expect(
          abs(value - expected) < 3e-4 * max(1, abs(expected)),
          "column \(column), number \(number): \(value), \(expected)")
      }
    }
  }

  /// Each lane its own numbers and level: value and gradient, the first and the last level among them.
  @Test(arguments: cases, [0, 1, 2])
  func scoresMeetTheReference(own: Case, round: Int) {
    let emission = own.emission
    let columns = numbers(emission)
    let parameters = rows(columns)
    let levels = AlignedBuffer<UInt8>(count: stride)
    let weights = AlignedBuffer<Float>(count: stride)
    for column in 0..<stride {
      levels.pointer[column] =
        [0, 255, UInt8(truncatingIfNeeded: column * 71)][
          (column + round) % 3]
      weights.pointer[column] = Float(column % 4) * 0.3
    }
    let row = AlignedBuffer<Float>(Array(repeating: 2, count: stride))
    let found = AlignedBuffer<Float>(count: emission.numbers * stride)
    emission.score(
      parameters.pointer, x: levels.pointer, images: stride, stride: stride, into: row.pointer)
    emission.scoreGradient(
      parameters.pointer, x: levels.pointer, weights: weights.pointer, images: stride,
      stride: stride, into: found.pointer)
    for column in 0..<stride {
      let level = Int(levels.pointer[column])
      let expected = emission.logProbabilities(columns[column])[level]
      let value = Double(row.pointer[column]) - 2
      #expect(
        abs(value - expected) < 3e-5 * max(1, abs(expected)) + rounding(emission),
        "column \(column)")
      for number in 0..<emission.numbers {
        let slope =
          Double(weights.pointer[column])
          * difference(columns[column], number) { emission.logProbabilities($0)[level] }
        let own = Double(found.pointer[number * stride + column])
        #expect(
          abs(own - slope) < 3e-4 * max(1, abs(slope)),
          "column \(column), number \(number), level \(level): \(own), \(slope)")
      }
    }
  }

  /// Mean and variance of draws are those of the probabilities.
  @Test(arguments: cases.filter { !$0.emission.isDensity })
  func drawsFollowTheProbabilities(own: Case) {
    let column = numbers(own.emission)[3]
    let probabilities = own.emission.logProbabilities(column).map(naturalExponential)
    let draws = 4_000
    let drawn = (0..<draws).map {
      Double(own.emission.draw(column, NoiseKey(seed: 3, purpose: .sampling, image: $0)))
    }
    let mean = zip(0..., probabilities).reduce(0.0) { $0 + Double($1.0) * $1.1 }
    let variance = zip(0..., probabilities).reduce(0.0) {
      $0 + (Double($1.0) - mean) * (Double($1.0) - mean) * $1.1
    }
    let found = drawn.reduce(0, +) / Double(draws)
    let spread = drawn.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws)
    #expect(abs(found - mean) < 4 * (variance / Double(draws)).squareRoot() + 1e-9)
    #expect(abs(spread / max(variance, 1e-9) - 1) < 0.25)
    #expect(abs(own.emission.mean(column) - mean / 255) < 1e-9)
  }

  /// Where a step carried a scale beyond its bounds, data that want it back are heard.
  @Test(arguments: [(Float(-9), UInt8(255), true), (9, 127, false)])
  func scalesBeyondTheirBoundsFindBack(scale: Float, level: UInt8, grows: Bool) {
    let emission = LogisticEmission()
    let numbers = AlignedBuffer<Float>(count: 2 * laneCount)
    for lane in 0..<laneCount { numbers.pointer[laneCount + lane] = scale }
    let x = AlignedBuffer(Array(repeating: level, count: laneCount))
    let weights = AlignedBuffer(Array(repeating: Float(1), count: laneCount))
    let table = AlignedBuffer<Float>(count: 256 * laneCount)
    let counts = AlignedBuffer<Float>(count: 256 * laneCount)
    for lane in 0..<laneCount { counts.pointer[Int(level) * laneCount + lane] = 1 }
    let (scored, counted) = (
      AlignedBuffer<Float>(count: 2 * laneCount), AlignedBuffer<Float>(count: 2 * laneCount)
    )
    emission.scoreGradient(
      numbers.pointer, x: x.pointer, weights: weights.pointer, images: laneCount,
      stride: laneCount, into: scored.pointer)
    emission.logMasses(numbers.pointer, stride: laneCount, into: table.pointer)
    emission.gradient(
      numbers.pointer, table: table.pointer, counts: counts.pointer, stride: laneCount,
      into: counted.pointer)
    for found in [scored, counted] {
      #expect(grows ? found.pointer[laneCount] > 0 : found.pointer[laneCount] < 0)
    }
  }

  private func difference(
    _ values: [Double], _ number: Int, _ objective: ([Double]) -> Double
  ) -> Double {
    var (up, down) = (values, values)
    up[number] += 1e-5
    down[number] -= 1e-5
    return (objective(up) - objective(down)) / 2e-5
  }
}
