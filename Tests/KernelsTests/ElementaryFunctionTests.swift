import Kernels
import Testing

@Suite struct ElementaryFunctionTests {
  @Test func exponentialIsAccurate() {
    for step in 0...8_700 {
      let x = Float(-87 + 0.01 * Double(step))
      let expected = naturalExponential(Double(x))
      let found = Double(exponential(Lanes(repeating: x))[3])
      #expect(abs(found - expected) <= 2e-7 * expected, "x = \(x)")
    }
    #expect(exponential(Lanes(repeating: -.infinity))[0] == 0)
    #expect(exponential(Lanes(repeating: -200))[0] == 0)
    #expect(exponential(Lanes(repeating: 0))[0] == 1)
  }

  @Test func powersOfTwoAreAccurate() {
    for step in 0...1_260 {
      let x = Float(-126 + 0.1 * Double(step))
      let expected = naturalExponential(Double(x) * 0.693147180559945309417)
      let found = Double(exponentialOfTwo(Lanes(repeating: x))[15])
      #expect(abs(found - expected) <= 2e-7 * expected, "x = \(x)")
    }
  }

  @Test func logarithmIsAccurate() {
    for step in 1...4_000 {
      let x = Float(step) * 0.01
      let expected = naturalLogarithm(Double(x))
      let found = Double(logarithm(Lanes(repeating: x))[7])
      #expect(abs(found - expected) <= 1e-7 * max(1, abs(expected)), "x = \(x)")
    }
    #expect(logarithm(Lanes(repeating: 1))[0] == 0)
  }

  @Test func sumsOfNothing() {
    #expect(logSumExp([Double]()) == -.infinity)
    #expect(logSumExp([-Double.infinity, -.infinity]) == -.infinity)
    #expect(abs(logSumExp([-1_000, -1_000]) + 1_000 - naturalLogarithm(2)) < 1e-12)
  }
}
