import Numerics
import Testing

@Suite struct GaussHermiteTests {
  @Test func knownRules() {
    let three = GaussHermite(count: 3)
    let outer = Double(1.5).squareRoot()
    for (found, expected) in zip(three.nodes, [-outer, 0, outer]) {
      #expect(abs(found - expected) < 1e-14)
    }
    let root = Double.pi.squareRoot()
    for (found, expected) in zip(three.logWeights, [root / 6, 2 * root / 3, root / 6]) {
      #expect(abs(naturalExponential(found) - expected) < 1e-14)
    }
    let one = GaussHermite(count: 1)
    #expect(one.nodes == [0])
    #expect(abs(naturalExponential(one.logWeights[0]) - root) < 1e-14)
  }

  /// Moments of a standard normal up to the degree a rule is exact for: (2 m - 1)!!.
  @Test(arguments: [1, 2, 7, 15, 31, 64])
  func polynomialsAreExact(count: Int) {
    let rule = GaussHermite(count: count)
    var expected = 1.0
    for half in 0..<min(count, 20) {
      if half > 0 { expected *= Double(2 * half - 1) }
      let found = zip(rule.nodes, rule.logWeights).reduce(0.0) { sum, term in
        let u = Double(2).squareRoot() * term.0
        let power = (0..<2 * half).reduce(1.0) { product, _ in product * u }
        return sum + naturalExponential(term.1) / Double.pi.squareRoot() * power
      }
      #expect(abs(found - expected) < 1e-11 * expected, "degree \(2 * half) of \(count) nodes")
    }
    for (first, last) in zip(rule.nodes, rule.nodes.reversed()) { #expect(first == -last) }
  }

  @Test func nodesOfAllLatents() {
    let nodes = QuadratureNodes(perLatent: 3, latent: 2)
    #expect(nodes.count == 9)
    #expect(
      Set((0..<9).map { [nodes.offsets.pointer[2 * $0], nodes.offsets.pointer[2 * $0 + 1]] })
        .count == 9)
    // As factors of the prior itself they integrate it to 1.
    let total = (0..<9).reduce(0.0) { sum, node in
      let u = (0..<2).map { Double(nodes.offsets.pointer[2 * node + $0]) }
      return sum
        + naturalExponential(
          Double(nodes.logFactors.pointer[node]) - (u[0] * u[0] + u[1] * u[1]) / 2)
    }
    #expect(abs(total - 1) < 1e-6)
    #expect(QuadratureNodes.count(perLatent: 64, latent: 2) == 4_096)
    #expect(QuadratureNodes.count(perLatent: 65, latent: 2) == nil)
    #expect(QuadratureNodes.count(perLatent: 2, latent: 12) == 4_096)
    #expect(QuadratureNodes.count(perLatent: 2, latent: 4_096) == nil)
  }
}
