/// Where everything on a chart goes, in pixels from the lower left corner.
///
/// Computed here and not by gnuplot, so that names can stand at the ends of their lines without
/// lying on each other.
package struct ChartLayout {
  static let width = 800.0
  /// Of the font: 2.5 mm in a column of 85 mm.
  static let fontSize = 24.0
  static let lineHeight = 30.0
  /// Of lines of one name, which belong together.
  static let tightLineHeight = 27.0

  package struct Label {
    package let text: String
    let x: Double
    /// Of the text's middle.
    package let y: Double
    let alignment: Alignment
    let colour: String
    /// Whether it reads from below upwards.
    var isUpright = false
  }

  enum Alignment: String {
    case left, center, right
  }

  /// From a line's end, where that is not at the frame's side, to its name.
  package struct Leader {
    let from: (x: Double, y: Double)
    let to: (x: Double, y: Double)
    let colour: String
  }

  /// 560, and more where many names stand on each other.
  package let height: Double
  package let xAxis: Axis
  package let yAxis: Axis
  let plot: Frame
  /// Whether the names stand at the ends of the lines; otherwise in a legend.
  package let isDirect: Bool
  /// Where the legend stands, if there is one.
  package private(set) var legendCorner = "right bottom"
  package private(set) var labels: [Label] = []
  package private(set) var leaders: [Leader] = []

  package init(_ chart: LineChart) {
    let (xAxis, yAxis) = Self.axes(of: chart)
    (self.xAxis, self.yAxis) = (xAxis, yAxis)
    let tickWidth = yAxis.ticks.map { TextMetrics.width(yAxis.label($0)) }.max() ?? 0
    let heads = Self.heads(of: chart)
    let (bottom, head) = (
      2.2 * Self.lineHeight + 22, 1.2 * Double(heads.count) * Self.lineHeight + 14
    )
    let names = LineNames(chart)
    isDirect = names != nil
    height = max(560, ((names?.height ?? 0) + bottom + head).rounded(.up))
    plot = Frame(
      left: tickWidth + 26,
      right: Self.width - (names.map { $0.width > 0 ? $0.width + 18 : 24 } ?? 24),
      bottom: bottom, top: height - head)
    place(heads, xLabel: chart.xLabel)
    if let names {
      place(names, chart)
    } else {
      legendCorner = emptiestCorner(chart, rows: chart.named.count)
    }
    labels += annotations(of: chart)
  }

  private static func axes(of chart: LineChart) -> (Axis, Axis) {
    let points = chart.series.flatMap(\.points).filter(chart.shows)
    let edges = chart.bands.flatMap(\.points)
    let xs = (points + edges).map(\.x).filter(chart.xScale.shows)
    let areWhole = xs.allSatisfy { $0 == $0.rounded() }
    let shown = (chart.lowestY ?? -.infinity)...(chart.highestY ?? .infinity)
    let marked = chart.annotations.map(\.point).filter(chart.shows)
    let ys = (points + edges + marked).map(\.y).filter { chart.yScale.shows($0) && shown ~= $0 }
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
          over: ys, padding: 0.06, ticks: 6, wholeNumbers: false, floor: chart.floorY,
          headroom: legendShare(of: chart))
      }
    return (xAxis, yAxis)
  }

  /// The part of the frame's height that a legend takes which must not lie on the lines.
  private static func legendShare(of chart: LineChart) -> Double {
    guard chart.namesStandInside, chart.named.count > 1 else { return 0 }
    return min((Double(chart.named.count) * lineHeight + 10) / 380, 0.6)
  }

  /// A rectangle of the canvas.
  struct Frame {
    var left, right, bottom, top: Double
    func overlaps(_ other: Frame) -> Bool {
      left < other.right && other.left < right && bottom < other.top && other.bottom < top
    }
    func contains(_ other: Frame) -> Bool {
      left <= other.left && other.right <= right && bottom <= other.bottom && other.top <= top
    }
  }

  /// Where a point lies that both axes show; perhaps outside the frame.
  func position(_ point: LineChart.Point) -> (x: Double, y: Double) {
    (
      plot.left + xAxis.position(point.x) * (plot.right - plot.left),
      plot.bottom + yAxis.position(point.y) * (plot.top - plot.bottom)
    )
  }

  /// The nearest point of the axes' ranges.
  package func clamped(_ point: LineChart.Point) -> LineChart.Point {
    LineChart.Point(
      x: min(max(point.x, xAxis.range.lowerBound), xAxis.range.upperBound),
      y: min(max(point.y, yAxis.range.lowerBound), yAxis.range.upperBound))
  }

  /// The title, and below it what the y axis shows: read at once, where a turned text is not. Then
  /// the note, in two lines if it must.
  private static func heads(of chart: LineChart) -> [(text: String, colour: String)] {
    let limit = width - 32
    let note = TextMetrics.wrapped(chart.note, into: limit, most: 2) ?? [chart.note]
    let title = chart.title.isEmpty ? [] : [(chart.title, Palette.text)]
    return (title + ([chart.yLabel] + note).map { ($0, Palette.quiet) })
      .map { (TextMetrics.fitted($0.0, into: limit), $0.1) }
  }

  private mutating func place(_ heads: [(text: String, colour: String)], xLabel: String) {
    for (row, head) in heads.enumerated() {
      labels.append(
        Label(
          text: head.text, x: 16, y: height - 10 - Self.lineHeight * (0.5 + 1.2 * Double(row)),
          alignment: .left, colour: head.colour))
    }
    labels.append(
      Label(
        text: TextMetrics.fitted(xLabel, into: plot.right - plot.left),
        x: (plot.left + plot.right) / 2, y: 10 + Self.lineHeight / 2, alignment: .center,
        colour: Palette.quiet))
  }

  /// Each name beside its line's end, pushed apart where two would touch.
  private mutating func place(_ names: LineNames, _ chart: LineChart) {
    let ends = names.names.map { clamped($0.end) }
    let middles = names.stacked(
      at: ends.map { position($0).y }, within: plot.bottom...plot.top)
    for ((name, end), middle) in zip(zip(names.names, ends), middles) {
      let colour = chart.colour(of: name.index)
      let first = middle + Double(name.lines.count - 1) / 2 * Self.tightLineHeight
      for (row, text) in name.lines.enumerated() {
        labels.append(
          Label(
            text: text, x: plot.right + 10, y: first - Double(row) * Self.tightLineHeight,
            alignment: .left, colour: colour))
      }
      let tip = position(end)
      if plot.right - tip.x > 0.1 * (plot.right - plot.left) {
        leaders.append(
          Leader(from: (tip.x + 6, tip.y), to: (plot.right + 6, middle), colour: colour))
      }
    }
  }
}
