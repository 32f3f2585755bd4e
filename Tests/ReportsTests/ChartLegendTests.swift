import Files
import Reports
import Testing

/// Charts of more lines than there are colours.
@Suite struct ChartLegendTests {
  private func chart(_ count: Int) -> LineChart {
    LineChart(
      title: "many", xLabel: "x", yLabel: "y",
      series: (0..<count).map { line in
        .init(
          name: "spn, k \(line), rate 0.01",
          points: (1...3).map { .init(x: Double($0), y: Double(line * $0)) })
      })
  }

  @Test func namesThatDoNotFitStandBelowTheFrame() throws {
    let layout = ChartLayout(chart(16))
    let legend = try #require(layout.legend)
    #expect(legend.entries.map(\.text) == (0..<16).map { "spn, k \($0), rate 0.01" })
    #expect(layout.height == 560 + 8 * 30 + 10, "in two columns")
    #expect(ChartLayout(chart(7)).legend == nil, "a colour each: at the ends")
  }

  /// Colour, dashes and mark together tell every two lines apart.
  @Test(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
  func noTwoLinesLookAlike() throws {
    try withTemporaryFolder { folder throws in
      #expect(try chart(16).draw(in: folder, named: "many") == .drawn)
      let script = String(decoding: try contents(of: folder)["many.gnuplot"] ?? [], as: UTF8.self)
      let looks = script.split(separator: "\n").filter { $0.contains(" with linespoints ") }
        .compactMap { $0.split(separator: " with linespoints ").last }
      #expect(looks.count == 16)
      #expect(Set(looks).count == 16, "\(looks)")
    }
  }

  @Test func panelsKeepTheBandsThatManyLinesWouldHide() {
    var seeds = sampleSeeds()
    seeds.models += seeds.models
    #expect(seeds.together.bands.isEmpty)
    #expect(seeds.panels.count == 12 && seeds.panels.allSatisfy { $0.bands.count == 1 })
  }
}
