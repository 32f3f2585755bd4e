import Files

/// Where everything on a chart goes, in pixels from the lower left corner.
///
/// Computed here and not by gnuplot, so that names can stand at the ends of their lines without
/// lying on each other.
package struct ChartLayout {
  static let width = 800.0
  static let height = 560.0
  /// Of the font: 2.5 mm in a column of 85 mm.
  static let fontSize = 24.0
  static let lineHeight = 30.0

  package struct Label {
    package let text: String
    let x: Double
    /// Of the text's middle.
    package let y: Double
    let alignment: Alignment
    let colour: String
  }

  enum Alignment: String {
    case left, center, right
  }

  let xAxis: Axis
  package let yAxis: Axis
  let plot: Frame
  /// Whether the names stand at the ends of the lines; otherwise in a legend.
  package let isDirect: Bool
  /// Where the legend stands, if there is one.
  package private(set) var legendCorner = "right bottom"
  package private(set) var labels: [Label] = []

  package init(_ chart: LineChart) {
    let points = chart.series.flatMap(\.points).filter(\.isFinite)
    let xs = points.map(\.x)
    let areWhole = xs.allSatisfy { $0 == $0.rounded() }
    let xAxis = Axis(
      over: xs, padding: 0.02, ticks: xs.allSatisfy { abs($0) < 100 } ? 10 : 6,
      wholeNumbers: areWhole)
    let lowest = chart.lowestY ?? -.infinity
    let marked = chart.annotations.map(\.point).filter(\.isFinite)
    let ys = (points + marked).map(\.y).filter { $0 >= lowest }
    let yAxis = Axis(over: ys, padding: 0.06, ticks: 6, wholeNumbers: false)
    (self.xAxis, self.yAxis) = (xAxis, yAxis)

    let tickWidth = yAxis.ticks.map { Self.textWidth(yAxis.label($0)) }.max() ?? 0
    let named = chart.series.filter { $0.style != .faint }
    let nameWidth = named.map { Self.textWidth(printable($0.name)) }.max() ?? 0
    // A quarter for the names is enough; and their lines must end where the names begin.
    isDirect =
      nameWidth < 0.27 * Self.width && named.count <= 6
      && (Set(xs).count == 1
        || named.allSatisfy { Self.end(of: $0).map { xAxis.position($0.x) > 0.8 } ?? true })
    let headLines = (chart.title.isEmpty ? 0.0 : 1.2) + 1.2
    plot = Frame(
      left: tickWidth + 34, right: Self.width - (isDirect ? nameWidth + 22 : 24),
      bottom: 2.2 * Self.lineHeight + 22, top: Self.height - headLines * Self.lineHeight - 14)
    placeHeads(chart)
    if isDirect {
      placeNames(chart)
    } else {
      legendCorner = emptiestCorner(chart, rows: named.count)
    }
    labels += annotations(of: chart)
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

  /// An estimate, on the wide side, for DejaVu Sans.
  static func textWidth(_ text: String) -> Double { Double(text.count) * 0.58 * fontSize }

  /// A text cut to a width, so that it ends in an ellipsis and not at the canvas' edge.
  static func fitted(_ text: String, into width: Double) -> String {
    let text = printable(text)
    let count = max(Int(width / (0.54 * fontSize)), 1)
    return text.count <= count ? text : text.prefix(count - 1) + "\u{2026}"
  }

  func position(_ point: LineChart.Point) -> (x: Double, y: Double) {
    (
      plot.left + xAxis.position(point.x) * (plot.right - plot.left),
      plot.bottom + yAxis.position(point.y) * (plot.top - plot.bottom)
    )
  }

  static func end(of series: LineChart.Series) -> LineChart.Point? {
    series.points.filter(\.isFinite).max { $0.x < $1.x }
  }

  /// The title, and below it what the y axis shows: read at once, where a turned text is not.
  private mutating func placeHeads(_ chart: LineChart) {
    let top = Self.height - 10 - Self.lineHeight / 2
    if !chart.title.isEmpty {
      labels.append(
        Label(
          text: Self.fitted(chart.title, into: Self.width - 32), x: 16, y: top, alignment: .left,
          colour: Palette.text))
    }
    let below = chart.title.isEmpty ? 0 : 1.2 * Self.lineHeight
    labels.append(
      Label(
        text: Self.fitted(chart.yLabel, into: Self.width - 32), x: 16, y: top - below,
        alignment: .left, colour: Palette.quiet))
    labels.append(
      Label(
        text: Self.fitted(chart.xLabel, into: plot.right - plot.left),
        x: (plot.left + plot.right) / 2, y: 10 + Self.lineHeight / 2, alignment: .center,
        colour: Palette.quiet))
  }

  /// Each name beside its line's end, pushed apart where two would touch.
  private mutating func placeNames(_ chart: LineChart) {
    var names = chart.series.enumerated()
      .compactMap { index, series -> (y: Double, index: Int)? in
        guard series.style != .faint, let end = Self.end(of: series) else { return nil }
        return (position(end).y, index)
      }
      .sorted { ($0.y, $1.index) < ($1.y, $0.index) }
    let apart = 0.95 * Self.lineHeight
    // Upwards, then back from the top: in few passes every pair is apart and all are inside.
    for _ in 0..<names.count {
      for index in names.indices.dropFirst() where names[index].y < names[index - 1].y + apart {
        let middle = (names[index].y + names[index - 1].y) / 2
        names[index - 1].y = middle - apart / 2
        names[index].y = middle + apart / 2
      }
      if let last = names.indices.last { names[last].y = min(names[last].y, plot.top) }
      for index in names.indices.dropLast().reversed() {
        names[index].y = min(names[index].y, names[index + 1].y - apart)
      }
    }
    for name in names {
      labels.append(
        Label(
          text: printable(chart.series[name.index].name), x: plot.right + 10, y: name.y,
          alignment: .left, colour: Palette.line(name.index)))
    }
  }
}
