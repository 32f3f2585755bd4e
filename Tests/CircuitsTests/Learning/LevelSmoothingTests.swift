import Circuits
import Numerics
import Testing

/// Smoothing of levels' counts, against its definition in Double.
@Suite struct LevelSmoothingTests {
  private static let levels = 256
  /// Units, in columns of whole vectors.
  private static let stride = 16
  private static let units = 3

  /// Peaks at both ends, some levels never seen, other units elsewhere.
  private static let counts: [[Double]] = (0..<units).map { unit in
    (0..<levels).map { level in
      if level == 0 { return 40 - 19 * Double(unit) }
      if level == 255 { return 5 * Double(unit) }
      if level % 7 == unit { return Double(level % 11) / 4 }
      return 0
    }
  }

  /// The probabilities after a step from uniform ones, `[unit][level]`.
  private func moved(_ step: MaximisationStep) -> [[Double]] {
    let size = Self.levels * Self.stride
    let counts = AlignedBuffer<Float>(count: size)
    let numbers = AlignedBuffer<Float>(count: size)
    let table = AlignedBuffer(
      Array(repeating: Float(-naturalLogarithm(Double(Self.levels))), count: size))
    for (unit, own) in Self.counts.enumerated() {
      for (level, count) in own.enumerated() {
        counts.pointer[level * Self.stride + unit] = Float(count)
      }
    }
    CategoricalEmission().reestimate(
      counts: counts.pointer, table: table.pointer, stride: Self.stride, step: step,
      into: numbers.pointer)
    return (0..<Self.units).map { unit in
      (0..<Self.levels).map {
        naturalExponential(Double(numbers.pointer[$0 * Self.stride + unit]))
      }
    }
  }

  /// The transition matrix of the walk, written out: proposals, accepted as Metropolis accepts them.
  private func walk(_ smoothing: LevelSmoothing, _ marginal: [Double]) -> [[Double]] {
    (0..<Self.levels).map { from in
      var row = (0..<Self.levels).map { to -> Double in
        let distance = abs(to - from)
        guard distance > 0, distance <= smoothing.width else { return 0 }
        let whole = Double(smoothing.width * (smoothing.width + 1))
        let proposal = Double(smoothing.share) * Double(smoothing.width + 1 - distance) / whole
        return proposal * min(1, marginal[to] / marginal[from])
      }
      row[from] = 1 - row.reduce(0, +)
      return row
    }
  }

  @Test(
    arguments: [LevelSmoothing(share: 0.3, width: 4), LevelSmoothing(share: 1, width: 64)],
    [Float(1), 0.25])
  func countsWalkAsDefined(smoothing: LevelSmoothing, size: Float) {
    let totals = Self.counts.map { $0.reduce(0, +) }
    let all = totals.reduce(0, +)
    let eta = Double(size)
    let marginal = (0..<Self.levels).map { level in
      let seen = Self.counts.reduce(0) { $0 + $1[level] }
      let next = eta * seen + (1 - eta) * all / Double(Self.levels)
      return (next / all + 1e-3 / Double(Self.levels)) / (1 + 1e-3)
    }
    let walk = walk(smoothing, marginal)
    let found = moved(MaximisationStep(size: size, smoothing: smoothing))
    for unit in 0..<Self.units {
      for level in 0..<Self.levels {
        let arrived = (0..<Self.levels).reduce(0) {
          $0 + Self.counts[unit][$1] * walk[$1][level]
        }
        let expected = eta * arrived / totals[unit] + (1 - eta) / Double(Self.levels)
        #expect(abs(found[unit][level] - expected) < 1e-6, "unit \(unit), level \(level)")
      }
    }
  }

  /// What each level has over all units is kept by a full step, and what each unit has by every step.
  @Test func marginalsStay() {
    let totals = Self.counts.map { $0.reduce(0, +) }
    let plain = moved(MaximisationStep())
    let smooth = moved(MaximisationStep(smoothing: LevelSmoothing(share: 1, width: 8)))
    #expect(plain != smooth)
    for level in 0..<Self.levels {
      func whole(_ table: [[Double]]) -> Double {
        zip(table, totals).reduce(0) { $0 + $1.0[level] * $1.1 }
      }
      // But for the thousandth that is spread evenly over all levels.
      #expect(abs(whole(plain) - whole(smooth)) < 2e-2, "level \(level)")
    }
    let partial = moved(MaximisationStep(size: 0.25, smoothing: LevelSmoothing(share: 1, width: 8)))
    for own in smooth + partial { #expect(abs(own.reduce(0, +) - 1) < 1e-5) }
  }

  @Test func othersTakeNoNotice() {
    let plain = moved(MaximisationStep(pseudoCount: 1))
    #expect(
      plain
        == moved(
          MaximisationStep(pseudoCount: 1, smoothing: LevelSmoothing(share: 0, width: 4))))
    let learner = ExpectationMaximisation(smoothing: LevelSmoothing(share: 0.1, width: 4))
    #expect(learner.complaint(about: BernoulliLeaf())?.contains("smoothing") == true)
    #expect(learner.complaint(about: FactorisedLeaf(CategoricalEmission())) == nil)
  }
}
