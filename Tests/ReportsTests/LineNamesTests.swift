import Reports
import Testing

@Suite struct LineNamesTests {
  private func lineNames(_ names: [String], at ends: [Double]) -> LineNames? {
    LineNames(
      LineChart(
        title: "", xLabel: "", yLabel: "",
        series: zip(names, ends).map { .init(name: $0, points: [.init(x: 0, y: $1)]) }))
  }

  /// However the ends lie: apart, in order of their heights, and inside.
  @Test(
    arguments: [
      [0, 0, 0, 0], [0, 100, 200, 300], [300, 300, 300, 299], [0, 0, 300, 300],
      [-900, 150, 151, 900], [150, 10, 149, 20],
    ] as [[Double]])
  func neverCollide(_ wanted: [Double]) throws {
    let texts = ["short", "a name of two lines", "b", "matched VAE of 89,806 parameters"]
    let names = try #require(lineNames(texts, at: wanted))
    #expect(names.names.map(\.lines.count) == [1, 2, 1, 3])
    let middles = names.stacked(at: wanted, within: 0...300)
    let spans = zip(middles, names.names).map { ($0 - $1.height / 2, $0 + $1.height / 2) }
    #expect(spans.allSatisfy { $0.0 >= -1e-9 && $0.1 <= 300 + 1e-9 })
    for first in spans.indices {
      for second in spans.indices where first != second {
        let (one, other) = (spans[first], spans[second])
        #expect(one.1 <= other.0 + 1e-9 || other.1 <= one.0 + 1e-9)
        if wanted[first] < wanted[second] { #expect(middles[first] < middles[second]) }
      }
    }
  }

  @Test func whatIsAloneStandsAtItsEnd() throws {
    let names = try #require(lineNames(["a", "b", "c"], at: [50, 150, 160]))
    #expect(names.stacked(at: [50, 150, 160], within: 0...300) == [50, 140, 170])
  }

  @Test func manyLongNamesMakeTheCanvasHigher() {
    let layout = ChartLayout(
      sampleSeeds(inSeconds: true, kinds: ["exact", "lower bound"]).together)
    #expect(layout.isDirect)
    #expect(layout.height > 560 && layout.height < 800)
  }

  @Test func namesOfOneColourStandOnce() {
    let layout = ChartLayout(sampleNodes.chart)
    #expect(layout.labels.count { $0.text == "dense over" } == 2)
    #expect(!layout.labels.contains { $0.text.contains("counted") && $0.text.contains("dense") })
  }
}
