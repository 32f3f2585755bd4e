/// How many nodes a network has, against the image's side: both axes logarithmic, so that a power
/// of the side is a straight line.
package struct NodesChart: Sendable {
  package struct Series: Sendable {
    package var name: String
    /// By formula: a line.
    package var formula: [(side: Int, nodes: Int)]
    /// Counted in networks that were built: points, of the line's colour.
    package var counted: [(side: Int, nodes: Int)]

    package init(
      name: String, formula: [(side: Int, nodes: Int)], counted: [(side: Int, nodes: Int)]
    ) {
      self.name = name
      self.formula = formula
      self.counted = counted
    }
  }

  package var title: String
  package var series: [Series]
  /// The sides, in pixels, whose numbers are written beside the lines.
  package var annotatedSides: [Int]

  package init(title: String, series: [Series], annotatedSides: [Int] = [28]) {
    self.title = title
    self.series = series
    self.annotatedSides = annotatedSides
  }

  package var chart: LineChart {
    var chart = LineChart(
      title: title, xLabel: "side of the square image, pixels", yLabel: "nodes of the network",
      series: [])
    for (index, series) in series.enumerated() {
      // Where there is no line, the points carry the name.
      let hasLine = !series.formula.isEmpty
      if hasLine {
        chart.series.append(
          LineChart.Series(
            name: series.name, points: Self.points(series.formula), style: .line, colour: index))
      }
      if !series.counted.isEmpty {
        chart.series.append(
          LineChart.Series(
            name: hasLine ? "\(series.name), counted" : series.name,
            points: Self.points(series.counted), style: .points, colour: index, isNamed: !hasLine))
      }
      chart.annotations += annotations(of: series, colour: index)
    }
    (chart.xScale, chart.yScale) = (.logarithmic, .logarithmic)
    let hasBoth = [\Series.formula, \Series.counted].map { part in
      series.contains { !$0[keyPath: part].isEmpty }
    }
    var remarks = hasBoth == [true, true] ? ["lines: formula; points: counted"] : []
    if let side = onlySide, !chart.annotations.isEmpty {
      remarks.append("rings: \(side)\u{D7}\(side) pixels")
    }
    chart.note = remarks.joined(separator: "; ")
    return chart
  }

  package func draw(in folder: String, named name: String) throws -> FigureOutcome {
    try chart.draw(in: folder, named: name)
  }

  /// The one side whose numbers are written, which is then said once for all.
  private var onlySide: Int? { annotatedSides.count == 1 ? annotatedSides.first : nil }

  private func annotations(of series: Series, colour: Int) -> [LineChart.Annotation] {
    annotatedSides.compactMap { side in
      let size = (series.counted + series.formula).first { $0.side == side }
      return size.map {
        LineChart.Annotation(
          point: LineChart.Point(x: Double($0.side), y: Double($0.nodes)),
          text: (onlySide == nil ? "\(side)\u{D7}\(side): " : "")
            + countInWords(Double($0.nodes)), colour: colour)
      }
    }
  }

  private static func points(_ sizes: [(side: Int, nodes: Int)]) -> [LineChart.Point] {
    sizes.map { LineChart.Point(x: Double($0.side), y: Double($0.nodes)) }
  }
}
