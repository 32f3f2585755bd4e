/// Pearson's chi-square test of counts against expected counts.
package struct ChiSquare: Sendable, Equatable {
  package let statistic: Double
  /// Degrees of freedom: pooled cells less one.
  package let freedom: Int
  /// Of a statistic at least this large, were the expected counts true; NaN with fewer than two cells.
  package let probability: Double

  /// Cells pooled from the least expected up until each expects at least `least`.
  ///
  /// - Precondition: as many counts as expectations, with equal totals.
  package init(observed: [Int], expected: [Double], least: Double = 5) {
    precondition(observed.count == expected.count)
    var cells: [(observed: Double, expected: Double)] = []
    var open = (observed: 0.0, expected: 0.0)
    for index in expected.indices.sorted(by: { (expected[$0], $0) < (expected[$1], $1) }) {
      open.observed += Double(observed[index])
      open.expected += expected[index]
      // Not `<`: what is not a number must not be pooled away.
      if !(open.expected < least) {
        cells.append(open)
        open = (0, 0)
      }
    }
    if open.expected > 0 || open.observed > 0 {
      let last = cells.popLast() ?? (0, 0)
      cells.append((last.observed + open.observed, last.expected + open.expected))
    }
    statistic = cells.reduce(0.0) {
      $0 + ($1.observed - $1.expected) * ($1.observed - $1.expected) / $1.expected
    }
    freedom = max(cells.count - 1, 0)
    probability =
      freedom == 0 || !statistic.isFinite
      ? .nan : upperGamma(halves: freedom, statistic / 2)
  }
}

/// The regularised upper incomplete gamma function Q(halves / 2, x): by its series below a + 1, by
/// its continued fraction (Lentz) above.
func upperGamma(halves: Int, _ x: Double) -> Double {
  guard x > 0 else { return 1 }
  let a = Double(halves) / 2
  let logFactor = a * naturalLogarithm(x) - x - logGamma(halves: halves)
  if x < a + 1 {
    var term = 1 / a
    var total = term
    var n = a
    while term > total * 1e-16 {
      n += 1
      term *= x / n
      total += term
    }
    return max(0, 1 - total * naturalExponential(logFactor))
  }
  var b = x + 1 - a
  var c = 1e300
  var d = 1 / b
  var fraction = d
  for n in 1...10_000 {
    let numerator = -Double(n) * (Double(n) - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    let change = c * d
    fraction *= change
    if abs(change - 1) < 1e-15 { break }
  }
  return naturalExponential(logFactor) * fraction
}

/// log Gamma(halves / 2), by Gamma(a + 1) = a Gamma(a).
private func logGamma(halves: Int) -> Double {
  var total = halves % 2 == 0 ? 0 : naturalLogarithm(Double.pi) / 2
  var a = halves % 2 == 0 ? 1.0 : 0.5
  while a < Double(halves) / 2 - 0.25 {
    total += naturalLogarithm(a)
    a += 1
  }
  return total
}
