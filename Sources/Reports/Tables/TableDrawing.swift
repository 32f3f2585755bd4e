extension TableFigure {
  /// The table, so many units wide and as high as its wrapped text needs.
  ///
  /// Rules as books have them: a strong one above and below, a light one between rows, none upright.
  package func drawing(width: Double, fontSize: Double) -> VectorDrawing {
    let layout = TableLayout(fitting: self, width: width, fontSize: fontSize)
    let titleStyle = TextStyle(size: 1.1 * fontSize, isBold: true)
    let noteStyle = TextStyle(size: 0.88 * fontSize, colour: Palette.quiet)
    let titleLines = titleStyle.wrap(title, to: width)
    let notes = footnotes.map { noteStyle.wrap($0, to: width) }
    let titleHeight =
      titleLines.isEmpty
      ? 0 : Double(titleLines.count) * titleStyle.lineHeight + 0.4 * fontSize
    let bodyHeight = layout.headHeight + layout.rowHeights.reduce(0, +)
    let noteHeight =
      notes.isEmpty
      ? 0 : Double(notes.joined().count) * noteStyle.lineHeight + 0.5 * fontSize

    var drawing = VectorDrawing(
      width: width, height: titleHeight + bodyHeight + noteHeight + 0.2 * fontSize)
    drawing.lines(titleLines, at: Point(0, 0), titleStyle)
    draw(layout, top: titleHeight, into: &drawing)
    var y = titleHeight + bodyHeight + 0.5 * fontSize
    for lines in notes { y = drawing.lines(lines, at: Point(0, y), noteStyle) }
    return drawing
  }

  private func draw(_ layout: TableLayout, top: Double, into drawing: inout VectorDrawing) {
    let lefts = layout.widths.indices.map { layout.widths[..<$0].reduce(0, +) }
    let strong = VectorDrawing.Stroke(Palette.text, width: 0.1 * layout.style.size)
    let medium = VectorDrawing.Stroke(Palette.text, width: 0.05 * layout.style.size)
    let light = VectorDrawing.Stroke(Palette.rule, width: 0.05 * layout.style.size)
    func rule(_ y: Double, _ stroke: VectorDrawing.Stroke) {
      drawing.line(Point(0, y), Point(drawing.width, y), stroke)
    }

    for column in columns.indices {
      let count = Double(layout.heads[column].count)
      // Heads stand on the rule below them.
      let y = top + layout.headHeight - 0.4 * layout.style.size - count * layout.style.lineHeight
      drawing.lines(
        layout.heads[column],
        at: Point(anchor(column, lefts[column], layout), y), layout.headStyle,
        columns[column].alignment)
    }
    var y = top + layout.headHeight
    for (row, height) in zip(grid.indices, layout.rowHeights) {
      for column in columns.indices {
        let box = Box(x: lefts[column], y: y, width: layout.widths[column], height: height)
        draw(layout.contents[row][column], of: grid[row][column], column, box, layout, &drawing)
      }
      if row > 0 { rule(y, light) }
      y += height
    }
    rule(top, strong)
    rule(top + layout.headHeight, medium)
    rule(y, strong)
  }

  private func draw(
    _ content: TableLayout.Content, of cell: Cell, _ column: Int, _ box: Box,
    _ layout: TableLayout, _ drawing: inout VectorDrawing
  ) {
    if let mark = cell.mark {
      drawing.rectangle(box.inset(by: 0.1 * layout.style.size), fill: Palette.tint(mark.tint))
    }
    let x = anchor(column, box.x, layout)
    let y = box.y + 0.4 * layout.style.size
    let end = drawing.lines(
      content.word, at: Point(x, y), layout.wordStyle, columns[column].alignment)
    drawing.lines(content.text, at: Point(x, end), layout.style, columns[column].alignment)
  }

  /// Where a column's text is held: its left, middle or right.
  private func anchor(_ column: Int, _ left: Double, _ layout: TableLayout) -> Double {
    switch columns[column].alignment {
    case .left: left + layout.padding
    case .centre: left + layout.widths[column] / 2
    case .right: left + layout.widths[column] - layout.padding
    }
  }
}

extension Palette {
  /// Between rows.
  static let rule = "#CFCFCF"

  /// Light tints of Okabe and Ito's bluish green and orange: apart in lightness too.
  static func tint(_ tint: TableFigure.Mark.Tint) -> String {
    switch tint {
    case .good: "#DCF1EA"
    case .poor: "#F9DDBF"
    case .neutral: "#EEEEEE"
    }
  }
}
