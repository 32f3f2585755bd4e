/// The legend of a chart whose names do not stand at the ends of their lines: below the frame, a
/// piece of each line before its name.
package struct ChartLegend {
  package struct Entry {
    /// Of the series.
    let index: Int
    package let text: String
    /// Where its piece of line begins, in pixels from the lower left corner.
    let x: Double
    let y: Double
  }

  package let entries: [Entry]
  let height: Double

  static let pieceLength = 64.0
  private static let gap = 10.0
  private static let margin = 16.0

  /// In two columns where all names fit into half of the canvas, else in one; read downwards. An arrow
  /// behind a name says that its line ends outside the frame.
  init(_ chart: LineChart) {
    let named = chart.named
    let lead = Self.pieceLength + Self.gap
    func room(_ columns: Int) -> Double {
      (ChartLayout.width - 2 * Self.margin) / Double(columns) - lead - Self.gap
    }
    let names = named.map { chart.series[$0].name + chart.arrow(of: chart.series[$0]) }
    let widest = names.map(TextMetrics.width).max() ?? 0
    let columns = named.count > 1 && widest <= room(2) ? 2 : 1
    let rows = (named.count + columns - 1) / columns
    height = Double(rows) * ChartLayout.lineHeight + 10
    let top = height - ChartLayout.lineHeight / 2
    entries = named.enumerated().map { place, index in
      let (column, row) = (place / max(rows, 1), place % max(rows, 1))
      return Entry(
        index: index, text: TextMetrics.fitted(names[place], into: room(columns)),
        x: Self.margin + Double(column) * (room(columns) + lead + Self.gap),
        y: top - Double(row) * ChartLayout.lineHeight)
    }
  }

  /// Names are dark, as the lines may share a colour.
  var labels: [ChartLayout.Label] {
    entries.map {
      ChartLayout.Label(
        text: $0.text, x: $0.x + Self.pieceLength + Self.gap, y: $0.y, alignment: .left,
        colour: Palette.text)
    }
  }

  /// The pieces of line, as a script sets them.
  func pieces(_ chart: LineChart, _ canvas: GnuplotCanvas) -> [String] {
    entries.flatMap { entry -> [String] in
      let style = LineStyle(chart, entry.index)
      let end = (x: entry.x + Self.pieceLength, y: entry.y)
      let middle = (x: entry.x + Self.pieceLength / 2, y: entry.y)
      let colour = "linecolor rgb '\(chart.colour(of: entry.index))'"
      let line = style.line.map {
        "set arrow from \(canvas.place((entry.x, entry.y))) to \(canvas.place(end)) nohead \($0) \(colour)"
      }
      let mark = style.mark.map {
        "set label '' at \(canvas.place(middle)) front point \($0) \(colour)"
      }
      return [line, mark].compactMap { $0 }
    }
  }
}
