/// What a chart's axes show, and what of its numbers they do not.
extension ChartLayout {
  static func axes(of chart: LineChart) -> (Axis, Axis) {
    let points = chart.series.flatMap(\.points).filter(chart.shows)
    let edges = chart.bands.flatMap(\.points)
    let xs = (points + edges).map(\.x).filter(chart.xScale.shows)
    let areWhole = xs.allSatisfy { $0 == $0.rounded() }
    let shown = (chart.lowestY ?? -.infinity)...(chart.highestY ?? .infinity)
    let marked = chart.annotations.map(\.point).filter(chart.shows)
    let ys = ((points + edges + marked).map(\.y) + chart.levels.map(\.y)).filter {
      chart.yScale.shows($0) && shown ~= $0
    }
    let xAxis =
      switch chart.xScale {
      case .logarithmic: Axis(logarithmicOver: xs, padding: 0.03, ticks: 6)
      case .linear:
        Axis(
          over: xs, padding: 0.02, ticks: xs.allSatisfy { abs($0) < 100 } ? 10 : 6,
          wholeNumbers: areWhole)
      }
    let yAxis =
      switch chart.yScale {
      case .logarithmic: Axis(logarithmicOver: ys, padding: 0.06, ticks: 6)
      case .linear:
        Axis(
          over: ys, padding: 0.06, ticks: 6, wholeNumbers: false, floor: chart.floorY)
      }
    return (xAxis, yAxis)
  }
}

extension LineChart {
  /// Lower bands than this, in pixels, lie within their lines.
  private static let thinnestBand = 4.0
  /// About how high a frame is, in pixels.
  private static let frameHeight = 380.0

  /// What the reader must know besides the labels: what the bands are, the chart's own note, and
  /// whatever is not on the axes.
  func remarks(_ yAxis: Axis) -> [String] {
    ([bandRemark(yAxis), note] + cuts(yAxis)).filter { !$0.isEmpty }
  }

  private func bandRemark(_ yAxis: Axis) -> String {
    guard !bands.isEmpty, !bandsAre.isEmpty else { return "" }
    let isSeen = bands.flatMap(\.slices).contains { slice in
      guard yScale.shows(slice.upper) else { return false }
      guard yScale.shows(slice.lower) else { return true }
      let height = yAxis.position(slice.upper) - yAxis.position(slice.lower)
      return height * Self.frameHeight >= Self.thinnestBand
    }
    return isSeen ? "bands: \(bandsAre)" : "\(bandsAre): within the lines"
  }

  /// Lines that go on outside the frame, and points without a place on the axes.
  private func cuts(_ yAxis: Axis) -> [String] {
    let points = series.flatMap(\.points)
    let shown = points.filter(shows).map(\.y)
    let infinite = points.count { $0.x.isFinite && $0.y.isInfinite }
    let left = points.count { $0.x.isFinite && $0.y.isFinite && !shows($0) }
    var cuts: [String] = []
    if !noteTellsCuts {
      if shown.contains(where: { $0 < yAxis.range.lowerBound }) { cuts.append("axis cut below") }
      if shown.contains(where: { $0 > yAxis.range.upperBound }) { cuts.append("axis cut above") }
    }
    if left > 0 {
      cuts.append("\(left) point\(left == 1 ? "" : "s") at or below zero not on this axis")
    }
    if infinite > 0 {
      cuts.append("\(infinite) infinite value\(infinite == 1 ? "" : "s") not shown")
    }
    return cuts
  }
}
