import Files
import Reports
import Testing

/// What a chart says of itself, and where its words stand.
@Suite struct ChartRemarksTests {
  private func remarks(_ chart: LineChart) -> String {
    ChartLayout(chart).labels.map(\.text).joined(separator: " | ")
  }

  private func chart(_ values: [Double]) -> LineChart {
    LineChart(
      title: "", xLabel: "x", yLabel: "y",
      series: [
        .init(
          name: "a",
          points: values.enumerated().map { .init(x: Double($0.offset + 1), y: $0.element) })
      ])
  }

  @Test func aCutAxisIsSaid() {
    var curve = sampleCurve
    curve.epochs[0].training = -1e4
    #expect(remarks(curve.chart).contains("axis cut below"))
    #expect(!remarks(chart([1, 2, 3])).contains("cut"))
    var high = chart([1, 2, 50])
    high.highestY = 3
    #expect(remarks(high).contains("axis cut above"))
    #expect(remarks(sampleSeeds().panels[0]).contains("axis cut below"), "a beginning is cut")
  }

  @Test func pointsWithoutAPlaceAreSaid() {
    var logarithmic = chart([1, 0, -2, 10])
    logarithmic.yScale = .logarithmic
    #expect(remarks(logarithmic).contains("2 points at or below zero not on this axis"))
    #expect(remarks(chart([1, -.infinity, 3])).contains("1 infinite value not shown"))
    #expect(!remarks(chart([1, 0, -2, 10])).contains("not"))
  }

  /// Quartiles closer than a line is thick cannot be seen.
  @Test func bandsThatCannotBeSeenAreSaid() {
    func seeds(_ spread: Double) -> SeedCurves {
      SeedCurves(
        title: "", xLabel: "epoch", yLabel: "nats",
        models: [
          .init(
            name: "spn",
            runs: (0..<4).map { seed in
              .init(
                name: "seed \(seed)",
                points: (1...4).map {
                  .init(x: Double($0), y: Double(100 * $0) + spread * Double(seed))
                })
            }, kind: "exact")
        ])
    }
    #expect(remarks(seeds(0.1).together).contains("quartiles: within the lines"))
    #expect(remarks(seeds(20).together).contains("bands: quartiles"))
  }

  /// A name in the column at the side would need a line to it, which reads as data.
  @Test func aLineThatEndsEarlyIsNamedAtItsEnd() throws {
    var two = chart([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    two.series.append(
      .init(name: "short", points: [.init(x: 1, y: 8), .init(x: 3, y: 8.5)]))
    let layout = ChartLayout(two)
    let end = layout.position(.init(x: 3, y: 8.5))
    let label = try #require(layout.labels.first { $0.text == "short" })
    #expect(abs(label.x - end.x) < 60 && abs(label.y - end.y) < 60)
    let long = try #require(layout.labels.first { $0.text == "a" })
    #expect(long.x > layout.position(.init(x: 10, y: 9)).x)
  }

  /// The poster's networks: two lines close to each other below a third.
  @Test func numbersBesideLinesLieOnNone() throws {
    func line(_ name: String, _ values: [Int]) -> NodesChart.Series {
      let sizes = zip([4, 8, 12, 16, 20, 24, 28], values).map { (side: $0, nodes: $1) }
      return NodesChart.Series(
        name: name, formula: sizes + [(side: 64, nodes: values[6] * 60)], counted: sizes)
    }
    let chart = NodesChart(
      title: "Nodes of the network, K = 2",
      series: [
        line(
          "dense, to pixels", [952, 27_360, 197_964, 811_920, 2_437_000, 6_000_000, 12_196_296]),
        line("cut at 4, then 1", [952, 3_966, 9_270, 17_070, 27_600, 43_000, 63_014]),
        line("to superpixels", [2, 42, 268, 992, 2_750, 6_600, 14_112]),
      ]
    ).chart
    let layout = ChartLayout(chart)
    for text in ["12.2 million", "63,014", "14,112"] {
      let label = try #require(layout.labels.first { $0.text == text })
      let width = TextStyle(size: 24).width(of: text)
      for series in chart.series {
        for (from, to) in zip(series.points, series.points.dropFirst()) {
          let (a, b) = (layout.position(from), layout.position(to))
          for step in 0...100 {
            let share = Double(step) / 100
            let (x, y) = (a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))
            let isOn = label.x < x && x < label.x + width && abs(label.y - y) < 12
            #expect(!isOn, "\(text) on \(series.name) at \(x), \(y)")
          }
        }
      }
    }
  }

  /// `x\u{2082}0.5`: the upright axis' name and its numbers.
  @Test(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
  func aDensitysNameStandsApartFromItsNumbers() throws {
    try withTemporaryFolder { folder throws in
      _ = try sampleProduct.draw(in: folder, named: "map")
      let svg = String(decoding: try contents(of: folder)["map.svg"] ?? [], as: UTF8.self)
      let pattern =
        #/translate\(([0-9.]+),[0-9.]+\)"[^>]*text-anchor="(\w+)">\s*<text>(?:<tspan[^>]*>)?([^<]*)</#
      let texts = svg.matches(of: pattern).map {
        (x: Double($0.output.1) ?? 0, anchor: $0.output.2, text: String($0.output.3))
      }
      let style = TextStyle(size: 24)
      let name = try #require(texts.first { $0.text == "x\u{2082}" })
      let right = name.x + style.width(of: "x2") / 2
      let numbers = texts.filter { $0.anchor == "end" }
      #expect(numbers.count >= 3)
      for number in numbers { #expect(right + 4 < number.x - style.width(of: number.text)) }
    }
  }
}
