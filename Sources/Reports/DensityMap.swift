/// A density over two variables: a heat map, and lines around shares of the probability.
package struct DensityMap: Sendable {
  package var title: String
  package var xLabel: String
  package var yLabel: String
  /// Of the columns and of the rows; ascending and evenly spaced, two at least.
  package let x: [Double]
  package let y: [Double]
  /// The density at `y[row]` and `x[column]`, `[row][column]`, on any scale. What is not finite
  /// stays white.
  package let values: [[Double]]
  /// Each line encloses the smallest area that holds this share of the probability.
  package var shares: [Double] = [0.5, 0.9]

  package init(
    title: String, xLabel: String, yLabel: String, x: [Double], y: [Double], values: [[Double]]
  ) {
    precondition(x.count >= 2 && y.count >= 2, "a map has two columns and two rows at least")
    precondition(values.count == y.count && values.allSatisfy { $0.count == x.count })
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.x = x
    self.y = y
    self.values = values
  }

  /// Writes a figure's four files, as `LineChart.draw` does, and throws as it does. The table has
  /// a row for each y and a column for each x, whose values head the columns.
  package func draw(
    in folder: String, named name: String, by gnuplot: Gnuplot = Gnuplot(),
    renderer: SVGRenderer = SVGRenderer()
  ) throws -> FigureOutcome {
    let layout = DensityMapLayout(self)
    return try GnuplotFigure(
      table: table, script: DensityMapScript(self, layout, named: name).text,
      size: (DensityMapLayout.width, layout.height)
    ).draw(in: folder, named: name, by: gnuplot, renderer: renderer)
  }

  /// The lines that there are: for each share the density on its line. An even density has none.
  ///
  /// The cells are taken in falling order of density until they hold the share: the highest density
  /// region of Hyndman, *Computing and graphing highest density regions*, 1996.
  package var contours: [(share: Double, level: Double)] {
    let finite = values.flatMap { $0 }.filter(\.isFinite)
    let falling = finite.filter { $0 > 0 }.sorted(by: >)
    let sum = falling.reduce(0, +)
    guard let least = finite.min(), let most = falling.first, sum.isFinite else { return [] }
    return shares.compactMap { share in
      var held = 0.0
      let level = falling.first { value in
        held += value
        return held >= share * sum
      }
      return level.flatMap { least < $0 && $0 < most ? (share, $0) : nil }
    }
  }

  private var table: String {
    // gnuplot calls this layout a non-uniform matrix.
    let header = ["row y; column x"] + x.map(ChartTable.number)
    let rows = zip(y, values).map { y, row in ([y] + row).map(ChartTable.number) }
    return ([header] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }
}
