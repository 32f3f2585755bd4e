import Files

/// The plotted numbers as CSV: a column for x, one for each series, a row for each x.
package struct ChartTable {
  package let text: String

  package init(_ chart: LineChart) {
    let columns = chart.series.map { $0.points.sorted { $0.x < $1.x }.filter { $0.x.isFinite } }
    var next = columns.map(\.startIndex)
    let header = [chart.xLabel] + chart.series.map(\.name)
    var lines = [header.map(Self.cell).joined(separator: ",")]
    // The columns are merged as sorted lists are. Two points of one series over the same x make two
    // rows.
    while true {
      let heads = zip(columns, next).compactMap { $1 < $0.endIndex ? $0[$1].x : nil }
      guard let x = heads.min() else { break }
      var cells = [Self.number(x)]
      for (index, points) in columns.enumerated() {
        if next[index] < points.endIndex, points[next[index]].x == x {
          cells.append(Self.number(points[next[index]].y))
          next[index] += 1
        } else {
          cells.append("")
        }
      }
      lines.append(cells.joined(separator: ","))
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  /// The shortest text that reads back as the same number.
  private static func number(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(value) < 1e15 { return String(whole) }
    return "\(value)"
  }

  /// RFC 4180; in one line always, since the script skips exactly one.
  private static func cell(_ name: String) -> String {
    let name = printable(name)
    guard name.contains(where: { ",\"".contains($0) }) else { return name }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}
