import Files
import Reports
import Testing

/// Made-up numbers: a narrow set, a wide one far below, and one image that nothing could be.
private let histogram = LikelihoodHistogram(
  title: "New images beside known ones",
  sets: [
    LikelihoodHistogram.Images(
      name: "learned from", values: (0..<400).map { -90 - Double($0 * 7 % 40) }),
    LikelihoodHistogram.Images(
      name: "new", values: (0..<100).map { -200 - Double($0 * 13 % 100) } + [-.infinity]),
  ], kind: "lower bound")

struct LikelihoodHistogramTests {
  @Test func theAxesSayWhatTheNumbersAre() {
    let chart = histogram.chart
    #expect(chart.xLabel == "log-likelihood, nats per image (lower bound)")
    #expect(chart.yLabel == "share of a set's images in each bin of 10 nats")
    #expect(chart.note == "images outside the frame: new: 1 below")
    #expect(
      chart.series.map(\.name) == [
        "learned from, n = 400, mean \u{2212}109.5", "new, n = 101, mean -inf",
      ])
  }

  @Test func sharesAreOfAllImagesOfASet() {
    let points = histogram.chart.series.map(\.points)
    #expect(points[0].map(\.x) == points[1].map(\.x), "the same bins")
    #expect(points.allSatisfy { $0.last?.y == 0 })
    // Forty values ten times each: -90 down to -129.
    let known = points[0].filter { $0.y > 0 }
    #expect(known.map(\.x) == [-130, -120, -110, -100, -90])
    #expect(known.map(\.y) == [0.225, 0.25, 0.25, 0.25, 0.025])
    let total: Double = points[1].map(\.y).reduce(0, +)
    #expect(abs(total - 100.0 / 101) < 1e-12)
  }

  /// The legend has room of its own below the frame, and the axis begins at zero.
  @Test func theLegendLiesOnNothing() {
    let layout = ChartLayout(histogram.chart)
    #expect(layout.legend?.entries.count == 2)
    #expect(layout.yAxis.range.lowerBound == 0)
  }

  @Test(.enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"))
  func drawsTheSameBytesTwice() throws {
    try withTemporaryFolder { folder throws in
      var versions: [[String: [UInt8]]] = []
      for run in ["a", "b"] {
        let place = joinPath(folder, run)
        try DurableFile.createFolder(place)
        #expect(try histogram.chart.draw(in: place, named: "likelihoods") == .drawn)
        versions.append(try contents(of: place))
      }
      #expect(versions[0] == versions[1])
      let script = String(decoding: versions[0]["likelihoods.gnuplot"] ?? [], as: UTF8.self)
      #expect(script.contains("using 1:2 with fillsteps"))
      #expect(script.contains("using 1:3 with steps"))
      let png = try #require(versions[0]["likelihoods.png"])
      #expect(png.count > 10_000)
    }
  }
}
