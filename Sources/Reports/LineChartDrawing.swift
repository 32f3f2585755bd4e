extension LineChart {
  /// Names of the files that a figure consists of, the pictures last.
  package static func files(named name: String) -> [String] {
    ["csv", "gnuplot", "svg", "png"].map { "\(name).\($0)" }
  }

  /// Writes `NAME.csv` (the plotted numbers) and `NAME.gnuplot` (the script) into an existing
  /// folder, lets gnuplot draw `NAME.svg` there, and rsvg-convert make `NAME.png` from it. The same
  /// chart gives the same bytes.
  ///
  /// Throws `FigureFault` and `DrawingFault` if a program refuses (70) or can't be started (69), if
  /// a picture is cut off (74), or if the name can't name files (78); and `FileFault`. Failing
  /// leaves no picture.
  package func draw(
    in folder: String, named name: String, by gnuplot: Gnuplot = Gnuplot(),
    renderer: SVGRenderer = SVGRenderer()
  ) throws -> FigureOutcome {
    let layout = ChartLayout(self)
    return try GnuplotFigure(
      table: ChartTable(self).text, script: GnuplotScript(self, layout, named: name).text,
      size: (ChartLayout.width, layout.height)
    ).draw(in: folder, named: name, by: gnuplot, renderer: renderer)
  }
}
