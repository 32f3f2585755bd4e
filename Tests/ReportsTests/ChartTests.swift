import Reports
import Testing

@Suite struct ChartTableTests {
  @Test func columnsAreMergedByX() {
    let chart = LineChart(
      title: "", xLabel: "epoch", yLabel: "y",
      series: [
        LineChart.Series(
          name: "a", points: [.init(x: 2, y: -1.5), .init(x: 1, y: -2), .init(x: 2, y: 7)]),
        LineChart.Series(name: "b", points: [.init(x: 1.5, y: 0.1), .init(x: 2, y: .nan)]),
      ])
    #expect(ChartTable(chart).text == "epoch,a,b\n1,-2,\n1.5,,0.1\n2,-1.5,nan\n2,7,\n")
  }

  @Test func namesStayOneCellInOneLine() {
    let chart = LineChart(
      title: "", xLabel: "a,b", yLabel: "", series: [.init(name: "say \"x\"\n", points: [])])
    #expect(ChartTable(chart).text == "\"a,b\",\"say \"\"x\"\"\\n\"\n")
  }
}

@Suite struct AxisTests {
  @Test func ticksAreRound() {
    let axis = Axis(over: [-171.2, -105.2], padding: 0, ticks: 6, wholeNumbers: false)
    #expect(axis.ticks == [-160, -140, -120])
    #expect(axis.ticks.map(axis.label) == ["−160", "−140", "−120"])
    let small = Axis(over: [0, 0.23], padding: 0, ticks: 6, wholeNumbers: false)
    #expect(small.ticks.map(small.label) == ["0.00", "0.05", "0.10", "0.15", "0.20"])
    let epochs = Axis(over: [1, 3], padding: 0, ticks: 8, wholeNumbers: true)
    #expect(epochs.ticks.map(epochs.label) == ["1", "2", "3"])
  }

  @Test(arguments: oddSeries) func anyNumbersHaveAnAxis(_ points: [LineChart.Point]) {
    for wholeNumbers in [true, false] {
      let axis = Axis(over: points.map(\.y), padding: 0.05, ticks: 6, wholeNumbers: wholeNumbers)
      #expect(axis.range.upperBound > axis.range.lowerBound)
      #expect(axis.ticks.allSatisfy { axis.range.contains($0) } && axis.ticks.count <= 20)
    }
  }
}

@Suite struct ChartLayoutTests {
  @Test func namesDoNotTouch() {
    let series = ["a", "b", "c", "d"].map {
      LineChart.Series(name: $0, points: [.init(x: 0, y: 0), .init(x: 1, y: $0 == "d" ? 3 : 1)])
    }
    let layout = ChartLayout(LineChart(title: "", xLabel: "", yLabel: "", series: series))
    #expect(layout.isDirect)
    let heights = layout.labels.filter { ["a", "b", "c", "d"].contains($0.text) }.map(\.y).sorted()
    #expect(heights.count == 4)
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 > 27 })
  }

  @Test func longNamesGoToALegend() {
    let name = "a name far too long for a line's end, even in the four lines that it may have"
    let series = [LineChart.Series(name: name, points: [])]
    #expect(!ChartLayout(LineChart(title: "", xLabel: "", yLabel: "", series: series)).isDirect)
  }

  @Test func longTextIsCutToTheCanvas() {
    let chart = LineChart(
      title: String(repeating: "x", count: 500), xLabel: "", yLabel: "", series: [])
    #expect(ChartLayout(chart).labels.allSatisfy { $0.text.count < 70 })
  }

  /// A run that diverged first: the axis begins later, and what lies far below costs nothing.
  @Test func linesFromFarBelowAreCut() {
    var curve = sampleCurve
    curve.epochs[0].training = -1e12
    let chart = curve.chart
    #expect(chart.lowestY == -132.4)
    let layout = ChartLayout(chart)
    #expect(layout.yAxis.range.lowerBound > -140)
    #expect(layout.labels.contains { $0.text.hasPrefix("best") })
  }

  @Test func bestEpochIsMarked() {
    let chart = sampleCurve.chart
    #expect(chart.annotations.map(\.text) == ["best: epoch 8, −110.2"])
    #expect(chart.series.map(\.name) == ["validation", "training"])
    var withoutValidation = sampleCurve
    for index in withoutValidation.epochs.indices {
      withoutValidation.epochs[index].validation = nil
    }
    #expect(withoutValidation.chart.series.map(\.name) == ["training"])
    #expect(withoutValidation.chart.annotations.map(\.text) == ["best: epoch 8, −107.3"])
  }
}

@Suite struct QuotingTests {
  @Test func quotesAreDoubledAndLinesStayOne() {
    #expect(gnuplotQuoted("it's `x`\n\\") == "'it''s `x`\\n\\'")
    #expect(gnuplotQuoted("''a'") == "\"\\047\\047\".'a'''")
    #expect(gnuplotQuoted("") == "''")
  }
}
