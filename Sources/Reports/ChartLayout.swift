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
    /// Of the text's left, middle or right, as it is aligned.
    package let x: Double
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

  /// 560, and more where many names stand on each other.
  package let height: Double
  package let xAxis: Axis
  package let yAxis: Axis
  let plot: Frame
  /// Between the frame and the names beside it.
  private let gap: Double
  /// Whether the names stand at the ends of the lines.
  package var isDirect: Bool { legend == nil }
  /// Below the frame, where the names do not stand at the ends of the lines.
  package let legend: ChartLegend?
  package private(set) var labels: [Label] = []
  /// Strokes from the right end of each level to its name.
  private(set) var leaders: [Leader] = []

  package init(_ chart: LineChart) {
    let (xAxis, yAxis) = Self.axes(of: chart)
    self.yAxis = yAxis
    let tickWidth = yAxis.ticks.map { TextMetrics.width(yAxis.label($0)) }.max() ?? 0
    let heads = Self.heads(of: chart, yAxis)
    let names = LineNames(chart)
    legend = names == nil ? ChartLegend(chart) : nil
    let beside = names ?? LineNames(levelsOf: chart)
    gap = names == nil ? Leader.width : 10
    let below = legend?.height ?? 0
    let (bottom, head) = (
      2.2 * Self.lineHeight + 28 + below, 1.2 * Double(heads.count) * Self.lineHeight + 14
    )
    height = max(560 + below, (beside.height + bottom + head).rounded(.up))
    plot = Frame(
      left: tickWidth + 26,
      right: Self.width - (beside.width > 0 ? beside.width + gap + 8 : 24),
      bottom: bottom, top: height - head)
    self.xAxis = xAxis.thinned(over: plot.right - plot.left)
    place(heads, xLabel: chart.xLabel, below: below)
    labels += legend?.labels ?? []
    let atEnds = names.map { namesAtEnds($0, chart) } ?? []
    labels += atEnds.map(\.label)
    place(beside.without(atEnds.map(\.index)))
    if names == nil { leaders = self.leaders(to: beside) }
    labels += annotations(of: chart, beside: atEnds.map(\.frame))
  }

  /// A stroke that leads from a level to its name.
  struct Leader {
    let from: (x: Double, y: Double)
    let to: (x: Double, y: Double)

    /// As wide as the gap between frame and names that it bridges.
    static let width = 36.0
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
  package func position(_ point: LineChart.Point) -> (x: Double, y: Double) {
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
  /// what else must be known, in up to three lines.
  private static func heads(
    of chart: LineChart, _ yAxis: Axis
  ) -> [(text: String, colour: String)] {
    let limit = width - 32
    let all = chart.remarks(yAxis).joined(separator: "; ")
    let note = TextMetrics.wrapped(all, into: limit, most: 3) ?? [all]
    let title = chart.title.isEmpty ? [] : [(chart.title, Palette.text)]
    return (title + ([chart.yLabel] + note).map { ($0, Palette.quiet) })
      .map { (TextMetrics.fitted($0.0, into: limit), $0.1) }
  }

  private mutating func place(
    _ heads: [(text: String, colour: String)], xLabel: String, below: Double
  ) {
    for (row, head) in heads.enumerated() {
      labels.append(
        Label(
          text: head.text, x: 16, y: height - 10 - Self.lineHeight * (0.5 + 1.2 * Double(row)),
          alignment: .left, colour: head.colour))
    }
    labels.append(
      Label(
        text: TextMetrics.fitted(xLabel, into: plot.right - plot.left),
        x: (plot.left + plot.right) / 2, y: below + 10 + Self.lineHeight / 2, alignment: .center,
        colour: Palette.quiet))
  }

  /// Each name beside its line's end, pushed apart where two would touch.
  private mutating func place(_ names: LineNames) {
    for (name, middle) in zip(names.names, middles(of: names)) {
      let first = middle + Double(name.lines.count - 1) / 2 * Self.tightLineHeight
      for (row, text) in name.lines.enumerated() {
        labels.append(
          Label(
            text: text, x: plot.right + gap, y: first - Double(row) * Self.tightLineHeight,
            alignment: .left, colour: name.colour))
      }
    }
  }

  private func middles(of names: LineNames) -> [Double] {
    names.stacked(
      at: names.names.map { position(clamped($0.end)).y }, within: plot.bottom...plot.top)
  }

  private func leaders(to names: LineNames) -> [Leader] {
    zip(names.names, middles(of: names)).map { name, middle in
      Leader(
        from: (plot.right + 2, position(clamped(name.end)).y), to: (plot.right + gap - 4, middle))
    }
  }
}
