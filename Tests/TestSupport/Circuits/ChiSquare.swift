import Numerics

/// The probability of counts at least this far from `expected`: Pearson's chi-square, cells pooled
/// in their order until each expects at least 5, and the Wilson-Hilferty normal approximation.
package func chiSquareProbability(observed: [Int], expected: [Double]) -> Double {
  var cells: [(observed: Double, expected: Double)] = []
  var open = (observed: 0.0, expected: 0.0)
  for (o, e) in zip(observed, expected) {
    open.observed += Double(o)
    open.expected += e
    if open.expected >= 5 {
      cells.append(open)
      open = (0, 0)
    }
  }
  if let last = cells.popLast() {
    cells.append((last.observed + open.observed, last.expected + open.expected))
  }
  precondition(cells.count > 1, "too few draws for a chi-square test")
  let statistic = cells.reduce(0.0) {
    $0 + ($1.observed - $1.expected) * ($1.observed - $1.expected) / $1.expected
  }
  let freedom = Double(cells.count - 1)
  let cubeRoot = naturalExponential(naturalLogarithm(max(statistic, 1e-300) / freedom) / 3)
  let spread = 2 / (9 * freedom)
  return normalTail((cubeRoot - (1 - spread)) / spread.squareRoot())
}

/// P(Z > z) of a standard normal, by Simpson's rule on the density: within 1e-7.
private func normalTail(_ z: Double) -> Double {
  guard z < 8 else { return 0 }
  guard z > -8 else { return 1 }
  let steps = 4_000
  let width = (8 - z) / Double(steps)
  var total = 0.0
  for step in 0...steps {
    let x = z + Double(step) * width
    let weight = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4.0 : 2.0
    total += weight * naturalExponential(-x * x / 2)
  }
  return total * width / 3 / (2 * Double.pi).squareRoot()
}
