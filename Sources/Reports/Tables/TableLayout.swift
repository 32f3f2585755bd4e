/// Where a table's columns and rows go, in units from its upper left corner.
struct TableLayout {
  /// What stands in a cell: the mark's word in bold above the text, each in lines.
  struct Content {
    let word: [String]
    let text: [String]
    var lineCount: Int { word.count + text.count }
  }

  let style: TextStyle
  let headStyle: TextStyle
  let wordStyle: TextStyle
  /// With their padding.
  let widths: [Double]
  let heads: [[String]]
  /// `[row][column]`.
  let contents: [[Content]]
  /// Whether no word is wider than its column.
  let isWhole: Bool

  var padding: Double { 0.5 * style.size }
  var headHeight: Double { height(lines: heads.map(\.count).max() ?? 1) }
  var rowHeights: [Double] {
    contents.map { row in height(lines: row.map(\.lineCount).max() ?? 1) }
  }

  private func height(lines: Int) -> Double {
    Double(max(lines, 1)) * style.lineHeight + 0.8 * style.size
  }

  /// With letters up to a fifth smaller, where that saves words from being broken.
  init(fitting table: TableFigure, width: Double, fontSize: Double) {
    self.init(table, width: width, fontSize: fontSize)
    for share in [0.95, 0.9, 0.85, 0.8] where !isWhole {
      self.init(table, width: width, fontSize: share * fontSize)
    }
  }

  init(_ table: TableFigure, width: Double, fontSize: Double) {
    let (style, bold) = (TextStyle(size: fontSize), TextStyle(size: fontSize, isBold: true))
    self.style = style
    headStyle = bold
    wordStyle = bold
    let padding = fontSize
    let columns = TableColumns(table, style, bold)
    isWhole = columns.least.reduce(0, +) + Double(columns.least.count) * padding <= width
    widths = columns.widths(total: width - Double(table.columns.count) * padding)
      .map { $0 + padding }
    let inner = widths.map { $0 - padding }
    heads = table.columns.indices.map { bold.wrap(table.columns[$0].head, to: inner[$0]) }
    contents = table.grid.map { row in
      row.indices.map { column in
        Content(
          word: row[column].mark.map { bold.wrap($0.word, to: inner[column]) } ?? [],
          text: style.wrap(row[column].text, to: inner[column]))
      }
    }
  }
}
