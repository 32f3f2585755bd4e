import Reports
import Testing

@Suite struct QuartileLineTests {
  private func points(_ values: [Double]) -> [LineChart.Point] {
    values.enumerated().map { LineChart.Point(x: 1 + Double($0.offset), y: $0.element) }
  }

  @Test func medianAndQuartilesOverEachEpoch() {
    let runs: [[Double]] = [[1, 10], [2, 30], [3, 20], [4, 50], [5, 40]]
    let line = QuartileLine(curves: runs.map(points))
    #expect(line.median == points([3, 30]))
    #expect(line.slices.map(\.lower) == [2, 20])
    #expect(line.slices.map(\.upper) == [4, 40])
  }

  @Test func whatFewerThanHalfReachedIsLeftOut() {
    let line = QuartileLine(curves: [points([1, 2, 3, 4]), points([3, 4, 5]), points([5])])
    #expect(line.median.map(\.x) == [1, 2, 3])
    #expect(line.median.map(\.y) == [3, 3, 4])
  }

  @Test func runsAreInterpolatedInsideTheirOwnRange() {
    let line = QuartileLine(curves: [
      [.init(x: 0, y: 0), .init(x: 10, y: 10)], [.init(x: 2, y: 4), .init(x: 4, y: 8)],
    ])
    // At 0 and 10 the first run stands alone, and is half of the runs.
    #expect(line.median == [(0, 0), (2, 3), (4, 6), (10, 10)].map { .init(x: $0.0, y: $0.1) })
  }

  @Test func aSingleRunHasNoBand() {
    let line = QuartileLine(curves: [points([3, 1, 2])])
    #expect(line.median == points([3, 1, 2]))
    #expect(line.slices.isEmpty)
  }

  @Test func divergedRunsLeaveNoNaN() {
    let line = QuartileLine(curves: [
      points([1, 2, 3]), points([1, .nan, .nan]), points([1, -.infinity, 3]),
    ])
    #expect(line.median == points([1, -.infinity, 3]))
    #expect(!line.slices.contains { $0.lower.isNaN || $0.upper.isNaN })
  }
}

@Suite struct SeedCurvesTests {
  let seeds = sampleSeeds()

  @Test func panelsShowEverySeedBehindTheMedian() {
    #expect(seeds.panels.count == 6)
    let panel = seeds.panels[1]
    #expect(panel.series.count { $0.style == .faint } == 5)
    #expect(panel.series.first?.name == "median of 5")
    #expect(panel.bands.count == 1)
    #expect(Set(panel.series.map(\.colour)) == [1], "the model's colour in `together`")
    #expect(panel.yLabel == "mean test log-likelihood, nats per image (exact)")
    let endings = ["seed 2 diverged in epoch 5", "seed 4 diverged in epoch 7"]
    #expect(panel.annotations.map(\.text) == endings)
    #expect(panel.annotations.allSatisfy { $0.mark == .cross })
    #expect(panel.annotations.map(\.point.x) == [4, 6], "where each run's numbers end")
    #expect(panel.note.contains("2 of 5 runs ended early"))
  }

  @Test func togetherDropsTheSeedsOfManyModels() {
    #expect(!seeds.together.series.contains { $0.style == .faint })
    var few = seeds
    few.models.removeLast(2)
    #expect(few.together.series.count { $0.style == .faint } == 20)
    #expect(few.together.series.filter { $0.style == .solid }.map(\.colour) == [0, 1, 2, 3])
    #expect(few.together.bands.map(\.colour) == [0, 1, 2, 3])
  }

  @Test func kindsStandWithTheNamesWhereTheyDiffer() {
    let mixed = sampleSeeds(kinds: ["exact", "lower bound"]).together
    #expect(mixed.yLabel == "mean test log-likelihood, nats per image")
    let names = ["vanilla SPN, exact", "SPN with VAE leaves, lower bound"]
    #expect(mixed.series.prefix(2).map(\.name) == names)
  }

  /// One model of six at -400 to -1000 now and then, beginnings at -210: neither sets the frame.
  @Test func oneErraticModelDoesNotFlattenTheOthers() throws {
    let together = seeds.together
    #expect(try #require(together.lowestY) > -165)
    #expect(together.note.hasSuffix("5 of 30 runs go below the frame"))
    #expect(ChartLayout(together).yAxis.range.lowerBound > -175)
    // Nor in its own panel.
    #expect(try #require(seeds.panels[3].lowestY) > -165)
    #expect(seeds.panels[3].note.hasSuffix("5 of 5 runs go below the frame"))
    #expect(!seeds.panels[0].note.contains("below"), "a beginning below the frame is no fall")
  }

  /// In seconds the five beginnings lie beside each other, and are more than a tenth of the points.
  @Test func beginningsInSecondsAreLeftOutToo() throws {
    for panel in sampleSeeds(inSeconds: true).panels {
      #expect(try #require(panel.lowestY) > -190)
    }
  }

  @Test func aModelFarBelowAllTheTimeIsNamedWithAnArrow() {
    var seeds = seeds
    for run in seeds.models[2].runs.indices {
      for point in seeds.models[2].runs[run].points.indices {
        seeds.models[2].runs[run].points[point].y = -1000 - Double(run)
      }
    }
    let layout = ChartLayout(seeds.together)
    #expect(layout.yAxis.range.lowerBound > -175)
    #expect(layout.labels.contains { $0.text == "vanilla VAE \u{2193}" })
    #expect(seeds.together.note.hasSuffix("10 of 30 runs go below the frame"))
  }

  @Test func oddRunsAreCharts() {
    var seeds = seeds
    seeds.models[0].runs = []
    seeds.models[1].runs = [.init(name: "seed 1", points: [], ending: "diverged in epoch 1")]
    seeds.models[2].runs = [.init(name: "seed 1", points: [.init(x: 1, y: -.infinity)])]
    for chart in seeds.panels + [seeds.together] { _ = ChartLayout(chart) }
    #expect(seeds.panels[1].annotations.isEmpty, "no number to mark")
    #expect(seeds.panels[1].note.contains("1 of 1 run ended early"))
    #expect(seeds.panels[2].series.map(\.name) == ["seed 1"])
  }
}

@Suite struct EfficiencyChartTests {
  @Test func mediansOverTheSeedsOfEachNumberOfImages() {
    let model = EfficiencyChart.Model(
      name: "a",
      runs: [(100, -9.0, -12.0), (1000, -8, -9), (100, -7, -10), (100, -8, -17)].map {
        .init(images: $0.0, training: $0.1, test: $0.2)
      }, kind: "exact")
    let chart = EfficiencyChart(title: "", models: [model])
    #expect(chart.test.series[0].points == [.init(x: 100, y: -12), .init(x: 1000, y: -9)])
    #expect(chart.test.bands.first?.slices.first == .init(x: 100, lower: -14.5, upper: -11))
    #expect(chart.gap.series[0].points == [.init(x: 100, y: 3), .init(x: 1000, y: 1)])
    #expect(chart.test.series[1].points.count == 4 && chart.test.series[1].style == .faintPoints)
    #expect(chart.test.xScale == .logarithmic)
  }

  @Test func lostRunsLieOutsideTheFrame() throws {
    #expect(try #require(sampleEfficiency.test.lowestY) > -300)
    #expect(sampleEfficiency.test.note.hasSuffix("2 of 180 runs lie below the frame"))
    #expect(try #require(sampleEfficiency.gap.highestY) < 200)
    #expect(sampleEfficiency.gap.note.hasSuffix("2 of 180 runs lie above the frame"))
  }

  @Test func trainingThatWasNotMeasuredHasNoGap() {
    let model = EfficiencyChart.Model(
      name: "a", runs: [.init(images: 100, training: nil, test: -1)], kind: "")
    #expect(EfficiencyChart(title: "", models: [model]).gap.series[0].points.isEmpty)
  }
}
