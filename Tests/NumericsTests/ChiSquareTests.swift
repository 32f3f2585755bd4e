import Numerics
import Testing

@Suite struct ChiSquareTests {
  /// Upper tails as R's `pchisq(x, df, lower.tail = FALSE)` gives them.
  @Test(
    arguments: [
      ([60, 40], 4.0, 0.04550026389635841), ([50, 50], 0.0, 1.0),
      ([90, 110, 100], 2.0, 0.36787944117144233),
      ([80, 120, 100, 100], 8.0, 0.046011705689231344),
    ] as [([Int], Double, Double)])
  func tailsAreThoseOfTheDistribution(_ counts: [Int], statistic: Double, tail: Double) {
    let even = Double(counts.reduce(0, +)) / Double(counts.count)
    let test = ChiSquare(observed: counts, expected: counts.map { _ in even })
    #expect(test.freedom == counts.count - 1)
    #expect(abs(test.statistic - statistic) < 1e-12)
    #expect(abs(test.probability - tail) < 1e-12)
  }

  @Test func rareCellsArePooled() {
    let test = ChiSquare(
      observed: [0, 1, 2, 3, 94], expected: [0.5, 1.5, 2, 2, 94])
    #expect(test.freedom == 1)
    #expect(abs(test.statistic - 0) < 1e-12)
    #expect(ChiSquare(observed: [3], expected: [3]).probability.isNaN)
  }

  @Test func whatIsNotANumberIsNoProbability() {
    #expect(ChiSquare(observed: [5, 5], expected: [.nan, 10]).probability.isNaN)
  }
}
