import Configuration

/// Median, lower and upper quartile of some values: what a chart of several seeds shows.
///
/// A quantile is interpolated linearly between the two order statistics around it: type 7 of
/// Hyndman and Fan, *Sample quantiles in statistical packages*, 1996; the default of R and NumPy.
///
/// A log-likelihood of -inf is a result and the worst there is: it sorts lowest, and what lies
/// between it and any other value is -inf. NaN is no result: it is left out, and counted apart, so
/// that whoever prints a median can say over how many runs.
package struct Quartiles: Equatable, Sendable {
  package let lower: Double
  package let median: Double
  package let upper: Double
  /// The values that the quartiles are over, infinite ones too.
  package let count: Int
  /// The values that were NaN.
  package let nanCount: Int

  /// nil where no value is a number.
  package init?(_ values: some Sequence<Double>) {
    var numbers: [Double] = []
    var nanCount = 0
    for value in values {
      if value.isNaN { nanCount += 1 } else { numbers.append(value) }
    }
    guard !numbers.isEmpty else { return nil }
    numbers.sort()
    lower = Self.quantile(0.25, ofSorted: numbers)
    median = Self.quantile(0.5, ofSorted: numbers)
    upper = Self.quantile(0.75, ofSorted: numbers)
    count = numbers.count
    self.nanCount = nanCount
  }

  /// - `values`: at least one, ascending, no NaN.
  private static func quantile(_ share: Double, ofSorted values: [Double]) -> Double {
    let position = share * Double(values.count - 1)
    let below = Int(bounded: position)
    let fraction = position - Double(below)
    // Also keeps what is infinite or equal free of arithmetic that would change it.
    guard fraction > 0, values[below] != values[below + 1] else { return values[below] }
    if values[below] == -.infinity { return -.infinity }
    return (1 - fraction) * values[below] + fraction * values[below + 1]
  }
}
