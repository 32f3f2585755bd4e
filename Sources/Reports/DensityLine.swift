/// A density over one variable that is a mixture: the whole as a filled line, its components
/// dashed, each with its name at its highest point.
package struct DensityLine: Sendable {
  package var title: String
  package var xLabel: String
  /// Ascending.
  package var x: [Double]
  /// Each component's density times its weight, one value for each x: they add up to `total`.
  package var components: [(name: String, y: [Double])]
  package var total: [Double]

  package init(
    title: String, xLabel: String, x: [Double], components: [(name: String, y: [Double])],
    total: [Double]
  ) {
    precondition(total.count == x.count && components.allSatisfy { $0.y.count == x.count })
    self.title = title
    self.xLabel = xLabel
    self.x = x
    self.components = components
    self.total = total
  }

  package var chart: LineChart {
    let whole = points(total)
    var chart = LineChart(
      title: title, xLabel: xLabel, yLabel: "density",
      series: [
        LineChart.Series(name: "density", points: whole, style: .line, colour: 0, isNamed: false)
      ])
    if !components.isEmpty { chart.note = "dashed: the components, times their weights" }
    chart.bands = [
      LineChart.Band(
        name: "area",
        slices: whole.map { LineChart.Band.Slice(x: $0.x, lower: 0, upper: $0.y) }, colour: 0)
    ]
    for (index, component) in components.enumerated() {
      let points = points(component.y)
      chart.series.append(
        LineChart.Series(
          name: component.name, points: points, style: .dashed, colour: index + 1, isNamed: false))
      if let peak = points.filter(\.y.isFinite).max(by: { $0.y < $1.y }) {
        chart.annotations.append(
          LineChart.Annotation(point: peak, text: component.name, mark: .none, colour: index + 1))
      }
    }
    return chart
  }

  package func draw(in folder: String, named name: String) throws -> FigureOutcome {
    try chart.draw(in: folder, named: name)
  }

  private func points(_ values: [Double]) -> [LineChart.Point] {
    zip(x, values).map { LineChart.Point(x: $0, y: $1) }
  }
}
