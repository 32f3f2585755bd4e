import Files

/// The plot command of a chart's script: bands behind, lines in front, each from its columns of the table.
struct GnuplotCurves {
  let text: String

  init(_ chart: LineChart, _ layout: ChartLayout, named name: String) {
    let file = gnuplotQuoted("./\(name).csv")
    let bands = chart.bands.enumerated().map { index, band in
      Self.band(band, columns: chart.series.count + 2 + 2 * index, layout)
    }
    // Those that stand behind come first.
    let order = chart.series.indices.sorted { first, second in
      let isFaint = [first, second].map { chart.series[$0].style.isFaint }
      return isFaint[0] == isFaint[1] ? first < second : isFaint[0]
    }
    let areas = chart.series.indices.filter { chart.series[$0].style == .steps }.map {
      Self.area(chart, $0)
    }
    let curves = bands + areas + order.map { Self.line(chart, $0) }
    // An empty frame still needs something to plot.
    text =
      curves.isEmpty
      ? "NaN notitle" : curves.map { "\(file) skip 1 \($0)" }.joined(separator: ", \\\n  ")
  }

  /// An empty cell is passed over, a number that is not finite breaks the area; but -inf at its
  /// lower edge is drawn at the frame's.
  private static func band(
    _ band: LineChart.Band, columns first: Int, _ layout: ChartLayout
  ) -> String {
    let lower = "($\(first) < -1e300 ? \(layout.yAxis.range.lowerBound) : $\(first))"
    return "using 1:\(lower):\(first + 1) with filledcurves fillstyle transparent solid 0.18"
      + " noborder linecolor rgb '\(Palette.line(band.colour))' notitle"
  }

  /// What lies below steps.
  private static func area(_ chart: LineChart, _ index: Int) -> String {
    "using 1:\(index + 2) with fillsteps fillstyle transparent solid 0.22 noborder"
      + " linecolor rgb '\(chart.colour(of: index))' notitle"
  }

  /// An empty cell is passed over, a number that is not finite breaks the line.
  private static func line(_ chart: LineChart, _ index: Int) -> String {
    let series = chart.series[index]
    let colour = (series.style.isFaint ? "#90" : "#") + chart.colour(of: index).dropFirst()
    return
      "using 1:\(index + 2) \(LineStyle(chart, index).curve) linecolor rgb '\(colour)' notitle"
  }
}
