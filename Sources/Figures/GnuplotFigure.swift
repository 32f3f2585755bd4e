import Files

/// A table of numbers and the script that draws it: what every figure drawn by gnuplot comes to.
struct GnuplotFigure {
  /// The CSV file's text.
  let table: String
  /// The script's text; it names its files by relative names.
  let script: String

  /// Writes both into an existing folder, and lets gnuplot draw `NAME.svg` and `NAME.png` there.
  /// Failing leaves no picture.
  func draw(in folder: String, named name: String, by gnuplot: Gnuplot) throws -> LineChart.Drawing
  {
    guard Self.canNameFiles(name) else { throw FigureFault.badName(name) }
    let scriptName = "\(name).gnuplot"
    let scriptPath = joinPath(folder, scriptName)
    let pictures = ["\(name).svg", "\(name).png"].map { joinPath(folder, $0) }
    for picture in pictures { try DurableFile.remove(picture) }
    try DurableFile.write(text: table, to: joinPath(folder, "\(name).csv"))
    try DurableFile.write(text: script, to: scriptPath)
    do {
      switch gnuplot.run(scriptName, in: folder) {
      case .finished: break
      case .missing: return .missingTool
      case .failed(let message):
        throw FigureFault.gnuplotFailed(script: scriptPath, message: message)
      case .notStarted(let message):
        throw FigureFault.gnuplotNotStarted(script: scriptPath, message: message)
      }
      // gnuplot ends with success whatever became of its writes.
      for (picture, ending) in zip(pictures, Self.endings) {
        let bytes = (try? FileBytes.read(picture)) ?? []
        guard bytes.suffix(ending.count) == ending[...] else {
          throw FigureFault.incomplete(path: picture)
        }
      }
    } catch {
      for picture in pictures { try? DurableFile.remove(picture) }
      throw error
    }
    return .drawn
  }

  /// How a whole SVG and a whole PNG end: the closing tag; the IEND chunk with its checksum.
  private static let endings: [[UInt8]] = [Array("</svg>\n\n".utf8), pngEnding]

  static let pngEnding: [UInt8] = [
    0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
  ]

  /// Whether a name leads to files in a folder, and to nowhere else.
  static func canNameFiles(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".") && !name.contains("/")
      && printable(name) == name
  }
}
