import Circuits
import Numerics
import Testing

@Suite struct LogLikelihoodSummaryTests {
  @Test func knownNumbers() {
    let summary = LogLikelihoodSummary(LogLikelihoods(values: [-1, -2, -3, -6], kind: .exact))
    #expect(summary.images == 4)
    #expect(summary.mean == -3)
    // Sample variance (4 + 1 + 0 + 9) / 3, divided by 4 images.
    #expect(abs(summary.standardError - (14.0 / 12).squareRoot()) < 1e-14)
    #expect(abs(summary.bitsPerDimension(values: 3) - 1 / naturalLogarithm(2)) < 1e-14)
  }

  @Test func degenerateSets() {
    #expect(LogLikelihoodSummary(LogLikelihoods(values: [-4], kind: .exact)).standardError.isNaN)
    #expect(LogLikelihoodSummary(LogLikelihoods(values: [], kind: .exact)).mean.isNaN)
    let impossible = LogLikelihoods(values: [-4, -.infinity], kind: .exact)
    #expect(LogLikelihoodSummary(impossible).mean == -.infinity)
  }

  @Test func theWeakestWordWins() {
    #expect(LikelihoodKind.allCases.min() == .estimate)
    #expect([LikelihoodKind.exact, .lowerBound].min() == .lowerBound)
  }
}
