import Numerics
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

  @Test func hyperbolicTangentIsAccurate() {
    for step in -1_200...1_200 {
      let x = Double(step) * 0.01
      let expected = 2 * logistic(2 * x) - 1
      let found = Double(hyperbolicTangent(Lanes(repeating: Float(x)))[5])
      #expect(abs(found - expected) < 3e-7, "x = \(x)")
    }
    #expect(hyperbolicTangent(Lanes(repeating: .infinity))[0] <= 1)
  }

  @Test func circleIsAccurate() {
    for step in 0..<4_096 {
      let u = Float(step) / 4_096
      let (cosine, sine) = circle(Lanes(repeating: u))
      let (x, y) = (cosine[0], sine[0])
      let radius: Float = x * x + y * y
      #expect(abs(radius - 1) < 5e-7)
      // Doubling the angle, together with the known points below, leaves no other function.
      let (half, halfSine) = circle(Lanes(repeating: u / 2))
      let doubled: (Float, Float) = (
        half[0] * half[0] - halfSine[0] * halfSine[0], 2 * half[0] * halfSine[0]
      )
      #expect(abs(x - doubled.0) < 1e-6)
      #expect(abs(y - doubled.1) < 1e-6)
    }
    let root = Float(0.5).squareRoot()
    let known: [(Float, Float, Float)] = [
      (0, 1, 0), (0.125, root, root), (0.25, 0, 1), (0.5, -1, 0), (0.625, -root, -root),
      (0.75, 0, -1),
    ]
    for (u, c, s) in known {
      let (cosine, sine) = circle(Lanes(repeating: u))
      #expect(abs(cosine[9] - c) < 2e-7 && abs(sine[9] - s) < 2e-7, "u = \(u)")
    }
  }
}
