import Reports
import Testing

@Suite struct SharedHistogramTests {
  /// By hand: quartiles 1.75 and 5.25, width 2 * 3.5 / 2 = 3.5, so bins of 5.
  @Test func binsAreRoundAndShared() {
    let histogram = SharedHistogram([[0, 1, 2, 3, 4, 5, 6, 7], [-12, 5]])
    #expect(histogram.step == 5)
    #expect(histogram.edges == [-15, -10, -5, 0, 5, 10])
    #expect(histogram.counts.map(\.inside) == [[0, 0, 0, 5, 3], [1, 0, 0, 0, 1]])
    #expect(histogram.counts[1].shares == [0.5, 0, 0, 0, 0.5])
    #expect(histogram.counts.allSatisfy { $0.below == 0 && $0.above == 0 })
  }

  @Test func anEdgeBelongsToTheBinAboveIt() {
    let histogram = SharedHistogram([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]])
    // 2 * 0.35 / 2: bins of a half.
    #expect(histogram.edges == [0, 0.5, 1])
    #expect(histogram.counts[0].inside == [4, 4])
  }

  /// One in a thousand on each side, and what is not finite.
  @Test func outliersAreCountedApart() {
    let values = (0..<2_000).map { Double($0 % 100) } + [-1e9, 1e9, -.infinity]
    let counts = SharedHistogram([values]).counts[0]
    #expect(counts.below == 2 && counts.above == 1)
    #expect(counts.inside.reduce(0, +) == 2_000)
    #expect(counts.all == 2_003)
  }

  @Test func theOrderOfValuesAndTheirRepetitionSayNothing() {
    let values = (0..<500).map { -100 - Double($0 * 7_919 % 503) / 3 }
    #expect(SharedHistogram([values]) == SharedHistogram([values.reversed()]))
  }

  @Test(
    arguments: [
      [[]], [[], []], [[-97.25]], [[5, 5, 5]], [[-.infinity]], [[0]], [[1e-12, 2e-12]],
      [[-1e300, 1e300]], [[-3_000, -100, -99, -98, -97]], [[1e300]],
    ] as [[[Double]]])
  func everyValueIsCountedOnce(sets: [[Double]]) {
    let histogram = SharedHistogram(sets)
    #expect(histogram.edges.count >= 2 && histogram.edges.count <= SharedHistogram.mostBins + 2)
    #expect(zip(histogram.edges, histogram.edges.dropFirst()).allSatisfy(<))
    for (set, counts) in zip(sets, histogram.counts) {
      #expect(counts.inside.reduce(counts.below + counts.above, +) == set.count)
      #expect(counts.inside.reduce(counts.above, +) == set.count { $0.isFinite })
    }
  }
}
