import Configuration
import Files

/// A table of numbers and the script that draws it: the common form of all figures drawn by gnuplot.
struct GnuplotFigure {
  /// The CSV file's text.
  let table: String
  /// The script's text; it names its files by relative names.
  let script: String

  /// Of the canvas, in pixels.
  let size: (width: Double, height: Double)

  /// Pixels of the PNG for one of the canvas, a side.
  static let resolution = 2.0

  /// Writes both into an existing folder, lets gnuplot draw `NAME.svg` there, and has `NAME.png`
  /// made from that: gnuplot's own PNGs cover a figure with blocks where a glyph is missing.
  /// Failing leaves no picture.
  func draw(
    in folder: String, named name: String, by gnuplot: Gnuplot, renderer: SVGRenderer
  ) throws -> FigureOutcome {
    guard Self.canNameFiles(name) else { throw FigureFault.badName(name) }
    let scriptName = "\(name).gnuplot"
    let scriptPath = joinPath(folder, scriptName)
    let svg = joinPath(folder, "\(name).svg")
    for picture in VectorDrawing.files(named: name) {
      try DurableFile.remove(joinPath(folder, picture))
    }
    try DurableFile.write(text: table, to: joinPath(folder, "\(name).csv"))
    try DurableFile.write(text: script, to: scriptPath)
    do {
      switch try gnuplot.run(scriptName, in: folder) {
      case .finished: break
      case .missing: return .missingPlotter
      case .failed(let message):
        throw FigureFault.gnuplotFailed(script: scriptPath, message: message)
      case .disk: throw FigureFault.incomplete(path: svg)
      }
      let drawn = String(decoding: try FileBytes.readIfPresent(svg) ?? [], as: UTF8.self)
      // gnuplot ends with success whatever became of its writes.
      guard drawn.hasSuffix(Self.svgEnding) else { throw FigureFault.incomplete(path: svg) }
      let text = Self.wellFormed(drawn)
      if text != drawn { try DurableFile.write(text: text, to: svg) }
      return try picture(named: name).make(in: folder, of: text, by: renderer)
    } catch {
      try? DurableFile.remove(svg)
      throw error
    }
  }

  private func picture(named name: String) -> SVGPicture {
    SVGPicture(
      name: name, width: Int(bounded: (Self.resolution * size.width).rounded()),
      height: Int(bounded: (Self.resolution * size.height).rounded()))
  }

  /// gnuplot 5.4 writes labels with the two things that are no character data: `]]>`, and references by
  /// hexadecimal numbers, which it takes for its own. A label means neither.
  private static func wellFormed(_ svg: String) -> String {
    svg.replacing("]]>", with: "]]&gt;").replacing("&#x", with: "&amp;#x")
  }

  /// How a whole SVG of gnuplot's ends: with the closing tag.
  private static let svgEnding = "</svg>\n\n"

  /// Whether a name leads to files in a folder, and to nowhere else.
  static func canNameFiles(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".") && !name.contains("/")
      && printable(name) == name
  }
}
