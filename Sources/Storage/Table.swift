import Files

/// A column of a table; all columns of a table have equal length.
package enum TableValues: Equatable, Sendable {
  case doubles([Double])
  case integers([Int64])
  case strings([String])

  package var count: Int {
    switch self {
    case .doubles(let values): return values.count
    case .integers(let values): return values.count
    case .strings(let values): return values.count
    }
  }
}

package struct TableColumn: Equatable, Sendable {
  package let name: String
  /// `nats`, `images/s`; nil for none.
  package let unit: String?
  package let values: TableValues

  package init(_ name: String, unit: String? = nil, _ values: TableValues) {
    self.name = name
    self.unit = unit
    self.values = values
  }
}

/// Named columns of equal length, as an HDF5 compound table and as CSV.
package struct Table: Equatable, Sendable {
  package let title: String
  package let columns: [TableColumn]

  package var rows: Int { columns.first?.values.count ?? 0 }

  /// At least one column, different names, equal lengths: anything else is our own mistake.
  package init(title: String, columns: [TableColumn]) {
    precondition(!columns.isEmpty, "a table without columns")
    precondition(Set(columns.map(\.name)).count == columns.count, "column names differ")
    precondition(Set(columns.map(\.values.count)).count == 1, "columns of equal length")
    self.title = title
    self.columns = columns
  }

  package subscript(_ name: String) -> TableValues? {
    columns.first { $0.name == name }?.values
  }

  /// A header line, then one line a row, quoted as RFC 4180 says, lines ended by LF. Texts are `printable`: what
  /// a terminal would obey is written out.
  ///
  /// Doubles are the shortest text that reads back as the same value (`nan`, `inf`).
  package var csv: String {
    var lines = [columns.map { Self.quoted($0.name) }.joined(separator: ",")]
    for row in 0..<rows {
      let fields = columns.map { column in
        switch column.values {
        case .doubles(let values): return "\(values[row])"
        case .integers(let values): return "\(values[row])"
        case .strings(let values): return Self.quoted(values[row])
        }
      }
      lines.append(fields.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  package func writeCSV(to path: String) throws {
    try DurableFile.write(text: csv, to: path)
  }

  private static func quoted(_ text: String) -> String {
    let text = printable(text)
    guard text.contains(where: { ",\"".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
