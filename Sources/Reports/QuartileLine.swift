/// Several runs as one line: the median over each x, and the area from quartile to quartile.
package struct QuartileLine {
  package let median: [LineChart.Point]
  /// Empty for a single run, which has no quartiles.
  package let slices: [LineChart.Band.Slice]

  /// Of values that belong to the same x each. Where they are all NaN, there is nothing.
  init(_ columns: [(x: Double, values: [Double])]) {
    let quartiles = columns.compactMap { column in
      Quartiles(column.values).map { (x: column.x, quartiles: $0) }
    }
    median = quartiles.map { LineChart.Point(x: $0.x, y: $0.quartiles.median) }
    let isSingle = quartiles.allSatisfy { $0.quartiles.count == 1 }
    slices =
      isSingle
      ? []
      : quartiles.map {
        LineChart.Band.Slice(x: $0.x, lower: $0.quartiles.lower, upper: $0.quartiles.upper)
      }
  }

  /// Of places with their runs: each place lies at the median of its runs' x.
  init(places: [[LineChart.Point]]) {
    let columns = places.compactMap { runs in
      Quartiles(runs.map(\.x)).map { (x: $0.median, values: runs.map(\.y)) }
    }
    self.init(columns.sorted { $0.x < $1.x })
  }

  /// Of curves: over each x at which any of them has a point, as long as at least half of the
  /// curves have a value there. A curve has one between its own points, on the straight line
  /// between them, and none outside of them.
  package init(curves: [[LineChart.Point]]) {
    let curves = curves.map(Curve.init)
    let xs = Set(curves.flatMap(\.points).map(\.x)).sorted()
    self.init(
      xs.compactMap { x in
        let values = curves.compactMap { $0.value(at: x) }
        return 2 * values.count >= curves.count ? (x, values) : nil
      })
  }
}

/// A run's points by rising x, with values between them.
private struct Curve {
  let points: [LineChart.Point]

  init(_ points: [LineChart.Point]) {
    self.points = points.filter(\.x.isFinite).sorted { $0.x < $1.x }
  }

  /// nil outside of the curve, and beside a NaN.
  func value(at x: Double) -> Double? {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].x < x { low = middle + 1 } else { high = middle }
    }
    guard low < points.count else { return nil }
    let right = points[low]
    if right.x == x { return right.y.isNaN ? nil : right.y }
    guard low > 0 else { return nil }
    let left = points[low - 1]
    // Also: on the way from -inf to a number lies -inf.
    if left.y == right.y || left.y == -.infinity { return left.y }
    let share = (x - left.x) / (right.x - left.x)
    let value = (1 - share) * left.y + share * right.y
    return value.isNaN ? nil : value
  }
}
