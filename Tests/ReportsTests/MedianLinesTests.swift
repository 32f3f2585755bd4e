import Files
import Foundation
import Reports
import Testing

@Suite struct MedianLinesTests {
  private func lines(_ models: [MedianLines.Model], worse: MedianLines.Side = .top) -> MedianLines {
    MedianLines(
      title: "", xLabel: "seconds", yLabel: "bits per dimension", models: models, worse: worse)
  }

  private func points(_ pairs: [(Double, Double)]) -> [LineChart.Point] {
    pairs.map { LineChart.Point(x: $0.0, y: $0.1) }
  }

  /// Three seeds and then two: 1, 2, 9 seconds and 1.4, 1.2, 1.3 bits have the medians 2 and 1.3.
  @Test func aPlaceLiesAtTheMediansOfItsRuns() {
    let chart = lines([
      .init(
        name: "a",
        places: [points([(20, 1.0), (10, 1.1)]), points([(9, 1.3), (1, 1.4), (2, 1.2)]), []],
        kind: "exact")
    ]).chart
    #expect(chart.series.map(\.style) == [.solid, .faintPoints])
    #expect(chart.series[0].points == points([(2, 1.3), (15, 1.05)]), "by rising x")
    #expect(chart.series[1].points.count == 5)
    #expect(chart.yLabel == "bits per dimension (exact)" && chart.xScale == .logarithmic)
  }

  @Test func aSinglePlaceIsAMarkAndSingleRunsAreNotDrawnTwice() {
    let chart = lines([
      .init(name: "a", places: [points([(4, 1.2)])], kind: "exact"),
      .init(name: "b", places: [points([(4, 1.3)]), points([(8, 1.2)])], kind: "lower bound"),
    ]).chart
    #expect(chart.series.map(\.style) == [.points, .solid])
    #expect(chart.series.map(\.name) == ["a, exact", "b, lower bound"])
  }

  /// A run that is far off is cut, and said; a level is not.
  @Test func levelsAreWithinTheFrameHoweverBad() {
    var lines = lines(
      (0..<4).map { model in
        .init(
          name: "\(model)",
          places: [1.3, 1.2].enumerated().map { place, value in
            points([(Double(place + 1), value), (Double(place + 1), value)])
              + points(model == 0 && place == 0 ? [(1, 90)] : [])
          }, kind: "exact")
      })
    #expect(lines.chart.highestY ?? .infinity < 2)
    #expect(lines.chart.note == "1 of 17 runs lies above the frame")
    let words = ChartLayout(lines.chart).labels.map(\.text).joined(separator: " ")
    #expect(words.contains("above the frame") && !words.contains("axis cut"), "said once")
    lines.levels = [.init(name: "worse", y: 5), .init(name: "better", y: 1)]
    #expect(lines.chart.highestY == 5)
    let axis = ChartLayout(lines.chart).yAxis
    #expect(axis.range.contains(1) && axis.range.contains(5))
    lines.note = "points: k"
    #expect(lines.chart.note == "points: k; 1 of 17 runs lies above the frame")
  }

  /// Twelve models and five levels: names below the frame, levels beside it, no text on another.
  private var full: LineChart {
    var lines = lines(
      (0..<12).map { model in
        .init(
          name: "structure \(model)",
          places: (0..<4).map { points([(pow(2, Double($0)), 1.5 - 0.05 * Double($0))]) },
          kind: "exact")
      })
    lines.levels = [1.11, 1.14, 1.1787, 1.2011, 1.217].map {
      .init(name: "a published value", y: $0)
    }
    return lines.chart
  }

  @Test func levelsAreNamedBesideTheFrameWithTheirNumbers() throws {
    let layout = ChartLayout(full)
    let legend = try #require(layout.legend)
    #expect(legend.entries.map(\.text) == (0..<12).map { "structure \($0)" })
    let ends = ["1.11", "1.14", "1.1787", "1.2011", "1.217"].map { number in
      layout.labels.filter { $0.text.hasSuffix(" \(number)") }
    }
    #expect(ends.allSatisfy { $0.count == 1 })
    let heights = ends.flatMap { $0.map(\.y) }
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 > 27 }, "\(heights)")
    let right = layout.position(LineChart.Point(x: 8, y: 1.2)).x
    #expect(ends.joined().allSatisfy { $0.x > right })
  }

  /// Twelve names and none cut off; one whose line ends above the frame says so.
  @Test func theLegendTellsWhatIsOutsideTheFrame() throws {
    var chart = full
    chart.series[3].points = [.init(x: 1, y: 1.4), .init(x: 9, y: 7)]
    chart.highestY = 2
    let legend = try #require(ChartLayout(chart).legend)
    #expect(
      legend.entries.map(\.text).filter { $0.hasSuffix(" \u{2191}") } == ["structure 3 \u{2191}"])
  }

  @Test func aNegativeLevelHasATrueMinusSign() {
    var chart = full
    chart.levels = [.init(name: "other", y: -90.5)]
    #expect(ChartLayout(chart).labels.contains { $0.text == "other: \u{2212}90.5" })
  }

  /// However long the name, and however small the number.
  @Test func aLevelKeepsItsNumber() {
    func texts(_ name: String, _ y: Double) -> [String] {
      var chart = full
      chart.levels = [.init(name: name, y: y)]
      return ChartLayout(chart).labels.map(\.text)
    }
    let long = texts(String(repeating: "word ", count: 40), 1.1787)
    #expect(long.contains("1.1787") && long.contains { $0.hasSuffix("\u{2026}:") }, "\(long)")
    for (y, text) in [
      (1e-7, "a: 10\u{207B}\u{2077}"), (-1e-7, "a: \u{2212}10\u{207B}\u{2077}"),
      (1.5e-7, "a: 1.5\u{D7}10\u{207B}\u{2077}"), (0.0, "a: 0"), (-0.0, "a: 0"),
      (0.0025, "a: 0.0025"),
    ] as [(Double, String)] {
      #expect(texts("a", y).contains(text), "\(texts("a", y))")
    }
  }

  @Test func eachRowOfTheTableHasTheLevels() {
    var lines = lines([
      .init(name: "a", places: [points([(1, 2)]), points([(3, 1)])], kind: "")
    ])
    lines.levels = [.init(name: "x, y", y: 1.5)]
    #expect(ChartTable(lines.chart).text == "seconds,a,\"x, y\"\n1,2,1.5\n3,1,1.5\n")
  }

  @Test(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
  func levelsAreDrawnFromSideToSide() throws {
    try withTemporaryFolder { folder throws in
      #expect(try full.draw(in: folder, named: "levels") == .drawn)
      let script = String(decoding: try contents(of: folder)["levels.gnuplot"] ?? [], as: UTF8.self)
      #expect(script.contains("from graph 0, first 1.1787 to graph 1, first 1.1787 nohead back"))
      // Each level's name is led to, wherever it had to stand.
      #expect(
        script.split(separator: "\n").count {
          $0.hasSuffix("linewidth 1.5 linecolor rgb '#555555'")
            && $0.hasPrefix("set arrow from screen")
        } == 5)
    }
  }
}
