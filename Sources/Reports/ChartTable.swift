import Files

/// The plotted numbers as CSV: a column for x, one for each series, two for each band, a row for
/// each x. A level's column has its number in each row.
package struct ChartTable {
  package let text: String

  package init(_ chart: LineChart) {
    let bands = chart.bands.flatMap { band in
      [
        (name: "\(band.name) (lower)", points: band.slices.map { ($0.x, $0.lower) }),
        (name: "\(band.name) (upper)", points: band.slices.map { ($0.x, $0.upper) }),
      ]
    }
    let named = chart.series.map { (name: $0.name, points: $0.points.map { ($0.x, $0.y) }) } + bands
    let columns = named.map { column in
      column.points.filter { $0.0.isFinite }.sorted { $0.0 < $1.0 }
    }
    var next = columns.map(\.startIndex)
    let header = [chart.xLabel] + named.map(\.name) + chart.levels.map(\.name)
    var lines = [header.map(Self.cell).joined(separator: ",")]
    // The columns are merged as sorted lists are. Two points of one series over the same x make two
    // rows.
    while true {
      let heads = zip(columns, next).compactMap { $1 < $0.endIndex ? $0[$1].0 : nil }
      guard let x = heads.min() else { break }
      var cells = [Self.number(x)]
      for (index, points) in columns.enumerated() {
        if next[index] < points.endIndex, points[next[index]].0 == x {
          cells.append(Self.number(points[next[index]].1))
          next[index] += 1
        } else {
          cells.append("")
        }
      }
      cells += chart.levels.map { Self.number($0.y) }
      lines.append(cells.joined(separator: ","))
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  /// The shortest text that reads back as the same number.
  static func number(_ value: Double) -> String {
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
