import Files
import Reports
import Testing

/// Bands, logarithmic axes and marks.
@Suite struct MarksTests {
  @Test func bandsAreTwoColumns() {
    var chart = LineChart(
      title: "", xLabel: "x", yLabel: "", series: [.init(name: "a", points: [.init(x: 1, y: 2)])])
    chart.bands = [
      .init(
        name: "b", slices: [.init(x: 2, lower: -1, upper: 3), .init(x: 1, lower: 0, upper: 1)],
        colour: 0)
    ]
    #expect(ChartTable(chart).text == "x,a,b (lower),b (upper)\n1,2,0,1\n2,,-1,3\n")
    let range = ChartLayout(chart).yAxis.range
    #expect(range.contains(-1) && range.contains(3))
  }

  @Test func logarithmicAxesHavePowersOfTen() {
    let images = Axis(logarithmicOver: [100, 55_000], padding: 0, ticks: 6)
    #expect(images.ticks.map(images.label) == ["100", "1,000", "10,000"])
    let nodes = Axis(logarithmicOver: [30, 7e11], padding: 0, ticks: 6)
    #expect(nodes.ticks.map(nodes.label) == ["10²", "10⁴", "10⁶", "10⁸", "10¹⁰"])
    let sides = Axis(logarithmicOver: [4, 256], padding: 0, ticks: 6)
    #expect(sides.ticks.map(sides.label) == ["5", "10", "20", "50", "100", "200"])
    let narrow = Axis(logarithmicOver: [100, 150], padding: 0, ticks: 6)
    #expect(narrow.ticks.count >= 3)
    let small = Axis(logarithmicOver: [0.02, 3], padding: 0, ticks: 6)
    #expect(small.ticks.map(small.label).contains("0.1"))
    #expect(abs(images.position(1000) - 1 / 2.7404) < 1e-3)
  }

  /// Six even ticks of "1.5×10⁶" are wider than the axis.
  @Test func labelsOfALogarithmicAxisDoNotOverlap() {
    let axis = Axis(logarithmicOver: [1.3e6, 4e6], padding: 0.03, ticks: 6)
    #expect(axis.ticks.map(axis.label).contains("1.5×10⁶"))
    let thinned = axis.thinned(over: 450)
    #expect(thinned.ticks.count >= 2 && thinned.ticks.count < axis.ticks.count)
    #expect(thinned.ticks.allSatisfy(axis.ticks.contains))
    let style = TextStyle(size: 24)
    for (one, next) in zip(thinned.ticks, thinned.ticks.dropFirst()) {
      let apart = 450 * (thinned.position(next) - thinned.position(one))
      let widths = [one, next].map { style.width(of: thinned.label($0)) }
      #expect(apart > (widths[0] + widths[1]) / 2)
    }
    let powers = Axis(logarithmicOver: [100, 55_000], padding: 0, ticks: 6)
    #expect(powers.thinned(over: 450) == powers)
  }

  @Test(arguments: oddSeries) func anyNumbersHaveALogarithmicAxis(_ points: [LineChart.Point]) {
    let axis = Axis(logarithmicOver: points.map(\.y), padding: 0.05, ticks: 6)
    #expect(axis.range.lowerBound > 0 && axis.range.upperBound.isFinite)
    #expect(axis.ticks.allSatisfy { axis.range.contains($0) } && axis.ticks.count <= 20)
  }

  @Test func whatHasNoLogarithmIsLeftOut() {
    var chart = LineChart(
      title: "", xLabel: "", yLabel: "",
      series: [.init(name: "a", points: [0, -5, 10, 1000].map { .init(x: 1, y: $0) })])
    chart.yScale = .logarithmic
    #expect(ChartLayout(chart).yAxis.range.lowerBound > 5)
  }

  /// A run that fell below the frame before it ended: its cross stands on the frame's edge.
  @Test func crossesStayInsideTheFrame() {
    var chart = sampleCurve.chart
    chart.annotations = [.init(point: .init(x: 4, y: -1e9), text: "diverged", mark: .cross)]
    let layout = ChartLayout(chart)
    let clamped = layout.clamped(chart.annotations[0].point)
    #expect(clamped.y == layout.yAxis.range.lowerBound && clamped.x == 4)
    #expect(layout.labels.contains { $0.text == "diverged" })
  }

  @Test func countsAreWrittenInWords() {
    let words = [14, 14_014, 999_700, 1e6, 12_196_296, 1e9, 2.345e13].map(countInWords)
    let expected = [
      "14", "14,014", "999,700", "1 million", "12.2 million", "1 billion", "23.5 trillion",
    ]
    #expect(words == expected)
  }
}

@Suite(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
struct ChartsByGnuplotTests {
  @Test func allKindsAreTheSameBytesTwice() throws {
    let charts = [
      sampleSeeds().together, sampleSeeds(inSeconds: true).panels[3], sampleEfficiency.gap,
      sampleNodes.chart, sampleDensity.chart,
    ]
    try withTemporaryFolder { folder throws in
      for run in ["a", "b"] {
        let place = joinPath(folder, run)
        try DurableFile.createFolder(place)
        for (index, chart) in charts.enumerated() {
          #expect(try chart.draw(in: place, named: "chart\(index)") == .drawn)
        }
        #expect(try sampleComposition.draw(in: place, named: "map") == .drawn)
      }
      let first = try contents(of: joinPath(folder, "a"))
      #expect(first.count == 4 * (charts.count + 1))
      #expect(try first == contents(of: joinPath(folder, "b")))
    }
  }

  @Test(arguments: oddSeries)
  func oddNumbersAreDrawnOnLogarithmicAxesWithBands(_ points: [LineChart.Point]) throws {
    try withTemporaryFolder { folder throws in
      var chart = LineChart(
        title: "odd", xLabel: "x", yLabel: "y",
        series: [.line, .points, .faintPoints].map { .init(name: "a", points: points, style: $0) },
        annotations: points.map { .init(point: $0, text: "here", mark: .cross, colour: 3) })
      let slices = points.map {
        LineChart.Band.Slice(x: $0.x, lower: -.infinity, upper: $0.y)
      }
      chart.bands = [.init(name: "b", slices: slices, colour: 1)]
      (chart.xScale, chart.yScale) = (.logarithmic, .logarithmic)
      #expect(try chart.draw(in: folder, named: "logarithmic") == .drawn)
    }
  }
}
