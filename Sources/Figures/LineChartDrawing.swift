import Files

extension LineChart {
  /// What became of a figure.
  package enum Drawing: Equatable, Sendable {
    case drawn
    /// gnuplot is not installed: the numbers and the script are there, the pictures are not.
    case missingTool
  }

  /// Names of the files that a figure consists of, the pictures last.
  package static func files(named name: String) -> [String] {
    ["csv", "gnuplot", "svg", "png"].map { "\(name).\($0)" }
  }

  /// Writes `NAME.csv` (the plotted numbers) and `NAME.gnuplot` (the script) into an existing
  /// folder, and lets gnuplot draw `NAME.svg` and `NAME.png` there. The same chart gives the same
  /// bytes.
  ///
  /// Throws `FigureFault` if gnuplot refuses (70) or can't be started (69), if a picture is cut
  /// off (74), or if the name can't name files (78); and `FileFault`. Failing leaves no picture.
  package func draw(in folder: String, named name: String) throws -> Drawing {
    try draw(in: folder, named: name, by: Gnuplot())
  }

  package func draw(in folder: String, named name: String, by gnuplot: Gnuplot) throws -> Drawing {
    guard Self.canNameFiles(name) else { throw FigureFault.badName(name) }
    let script = "\(name).gnuplot"
    let pictures = ["\(name).svg", "\(name).png"].map { joinPath(folder, $0) }
    for picture in pictures { try DurableFile.remove(picture) }
    try DurableFile.write(text: ChartTable(self).text, to: joinPath(folder, "\(name).csv"))
    try DurableFile.write(
      text: GnuplotScript(self, named: name).text, to: joinPath(folder, script))
    do {
      switch gnuplot.run(script, in: folder) {
      case .finished: break
      case .missing: return .missingTool
      case .failed(let message):
        throw FigureFault.gnuplotFailed(script: joinPath(folder, script), message: message)
      case .notStarted(let message):
        throw FigureFault.gnuplotNotStarted(script: joinPath(folder, script), message: message)
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
  private static let endings: [[UInt8]] = [
    Array("</svg>\n\n".utf8), [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82],
  ]

  private static func canNameFiles(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".") && !name.contains("/")
      && printable(name) == name
  }
}
