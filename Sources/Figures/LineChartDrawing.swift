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
  package func draw(
    in folder: String, named name: String, by gnuplot: Gnuplot = Gnuplot()
  ) throws -> Drawing {
    try GnuplotFigure(table: ChartTable(self).text, script: GnuplotScript(self, named: name).text)
      .draw(in: folder, named: name, by: gnuplot)
  }
}
