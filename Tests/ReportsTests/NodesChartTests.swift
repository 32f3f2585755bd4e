import Reports
import Testing

@Suite struct NodesChartTests {
  @Test func formulaIsALineAndCountedArePointsOfItsColour() {
    let chart = sampleNodes.chart
    #expect(chart.series.map(\.style) == [.line, .points, .line, .points])
    #expect(chart.series.map(\.colour) == [0, 0, 1, 1])
    #expect(chart.series.map(\.isNamed) == [true, false, true, false])
    #expect([chart.xScale, chart.yScale] == [.logarithmic, .logarithmic])
    // The poster's networks: 328,104 + 11,868,192 and 1,470 + 12,544 sum and product nodes.
    #expect(chart.annotations.map(\.text) == ["12.2 million", "14,014"])
  }

  @Test func pointsAloneCarryTheName() {
    let chart = NodesChart(
      title: "", series: [.init(name: "a", formula: [], counted: [(4, 10), (28, 123_456)])]
    ).chart
    #expect(chart.series.map(\.name) == ["a"])
    #expect(chart.series[0].isNamed && chart.note == "rings: 28\u{D7}28 pixels")
    #expect(chart.annotations.map(\.text) == ["123,456"])
  }
}
