import Circuits
import Numerics
import Testing

@Suite struct PriorNodesTests {
  /// Published values, and the tail where a table of ten digits ends.
  @Test func quantilesOfANormal() {
    #expect(normalQuantile(0.5) == 0)
    #expect(abs(normalQuantile(0.975) - 1.959_963_984_540_054) < 1e-14)
    #expect(abs(normalQuantile(0.1) + 1.281_551_565_544_600_4) < 1e-14)
    #expect(abs(normalQuantile(1e-9) + 5.997_807_015_007_687) < 1e-13)
    #expect(normalQuantile(0) == -.infinity && normalQuantile(1) == .infinity)
    // 128ths, so that 1 - p is exact.
    for step in 1..<64 {
      #expect(normalQuantile(Double(step) / 128) == -normalQuantile(1 - Double(step) / 128))
    }
  }

  static let rules: [(rule: NodeRule, count: Int, latent: Int)] = [
    (.quantile, 64, 2), (.quantile, 27, 3), (.quantile, 1, 1), (.gaussHermite, 64, 2),
    (.gaussHermite, 8, 3), (.qmc, 64, 2), (.qmc, 100, 1), (.qmc, 512, 4), (.qmc, 1, 3),
  ]

  @Test(arguments: rules.indices)
  func weightsSumToOneAndNodesDiffer(index: Int) {
    let (rule, count, latent) = PriorNodesTests.rules[index]
    let nodes = PriorNodes(rule, count: count, latent: latent)
    #expect(nodes.points.count == count && nodes.logWeights.count == count)
    #expect(nodes.points.allSatisfy { $0.count == latent && $0.allSatisfy(\.isFinite) })
    #expect(abs(logSumExp(nodes.logWeights)) < 1e-13)
    #expect(Set(nodes.points).count == count)
  }

  /// First and second moments of a standard normal, as near as each rule comes.
  @Test func momentsOfTheRules() {
    for latent in [1, 2] {
      let count = latent == 1 ? 8 : 64
      // Eight quantiles leave the tails out: their mean square is below 1 on each axis.
      let square = (0..<8).reduce(0.0) {
        let q = normalQuantile((Double($1) + 0.5) / 8)
        return $0 + q * q / 8
      }
      expectMoments(.quantile, count, latent, square: square, within: 1e-12)
      expectMoments(.gaussHermite, count, latent, square: 1, within: 1e-12)
      expectMoments(.qmc, 1_024, latent, square: 1, within: 0.02)
    }
    #expect(PriorNodes(.quantile, count: 64, latent: 2).points.flatMap(\.self).max() ?? 9 < 1.6)
    expectMoments(.qmc, 4_096, 4, square: 1, within: 0.02)
  }

  private func expectMoments(
    _ rule: NodeRule, _ count: Int, _ latent: Int, square: Double, within tolerance: Double
  ) {
    let nodes = PriorNodes(rule, count: count, latent: latent)
    let weights = nodes.logWeights.map(naturalExponential)
    func mean(_ f: ([Double]) -> Double) -> Double {
      zip(nodes.points, weights).reduce(0) { $0 + $1.1 * f($1.0) }
    }
    for k in 0..<latent {
      #expect(abs(mean { $0[k] }) < tolerance, "\(rule), mean of \(k)")
      #expect(abs(mean { $0[k] * $0[k] } - square) < tolerance, "\(rule), square of \(k)")
      for l in 0..<k {
        #expect(abs(mean { $0[k] * $0[l] }) < tolerance, "\(rule), \(k) with \(l)")
      }
    }
  }
}
