import Files

extension TableFigure {
  /// The table as CSV (RFC 4180), a mark's word before its cell's text: "easy: 0.8 s".
  package var csv: String {
    let lines = [columns.map(\.head)] + grid.map { $0.map(\.inWords) }
    return lines.map { $0.map(Self.field).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// In one line always, as every reader of tables can take it.
  private static func field(_ text: String) -> String {
    let text = printable(text)
    guard text.contains(where: { ",\"".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// Writes `NAME.csv`, `NAME.svg` and `NAME.png` into an existing folder; `width` in units, of
  /// which the letters have `fontSize`. Throws as `VectorDrawing.write` does.
  package func write(
    in folder: String, named name: String, width: Double = 1000, fontSize: Double = 20,
    pixelWidth: Int = 2000, by renderer: SVGRenderer = SVGRenderer()
  ) throws -> FigureOutcome {
    let outcome = try drawing(width: width, fontSize: fontSize)
      .write(in: folder, named: name, pixelWidth: pixelWidth, by: renderer)
    try DurableFile.write(text: csv, to: joinPath(folder, "\(name).csv"))
    return outcome
  }
}

extension TableFigure.Cell {
  fileprivate var inWords: String {
    guard let mark else { return text }
    return text.isEmpty ? mark.word : "\(mark.word): \(text)"
  }
}
