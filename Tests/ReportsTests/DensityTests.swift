import Files
import Reports
import Testing

@Suite struct DensityLineTests {
  @Test func componentsAreNamedAtTheirPeaks() {
    let chart = sampleDensity.chart
    #expect(chart.series.map(\.name) == ["density", "0.3 N1", "0.5 N2", "0.2 N3"])
    #expect(chart.annotations.map(\.text) == ["0.3 N1", "0.5 N2", "0.2 N3"])
    #expect(zip(chart.annotations, [0.2, 0.45, 0.8]).allSatisfy { abs($0.point.x - $1) < 0.01 })
    #expect(chart.bands.first?.slices.count == 256)
    #expect(chart.bands.first?.slices.allSatisfy { $0.lower == 0 } == true)
  }
}

@Suite struct DensityMapTests {
  private func map(_ values: [[Double]]) -> DensityMap {
    DensityMap(
      title: "", xLabel: "x", yLabel: "y", x: values[0].indices.map(Double.init),
      y: values.indices.map(Double.init), values: values)
  }

  /// The cells hold 0.4, 0.3, 0.2 and 0.1 of the sum.
  @Test func linesHoldTheirShares() {
    var four = map([[4, 3], [2, 1]])
    four.shares = [0.35, 0.6, 0.65, 0.71, 0.85]
    // A line at the highest value would enclose nothing.
    #expect(four.contours.map(\.share) == [0.6, 0.65, 0.71, 0.85])
    #expect(four.contours.map(\.level) == [3, 3, 2, 2])
  }

  @Test func whatIsEvenHasNoLines() {
    #expect(map([[1, 1], [1, 1]]).contours.isEmpty)
    #expect(map([[0, 0], [0, 0]]).contours.isEmpty)
    #expect(map([[.nan, .nan], [.nan, .nan]]).contours.isEmpty)
  }

  /// Of a Gaussian over two variables a share p lies where the density is over (1 - p) times the
  /// highest.
  @Test func aGaussiansLinesLieWhereTheyShould() throws {
    let highest = try #require(sampleProduct.values.joined().max())
    #expect(sampleProduct.contours.count == 2)
    for (share, level) in sampleProduct.contours {
      #expect(abs(level / highest - (1 - share)) < 0.01)
    }
  }

  @Test(
    .enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"),
    arguments: [
      [[1, 1], [1, 1]], [[0, 0], [0, 0]], [[.nan, .nan], [.nan, .nan]], [[1, .infinity], [2, 3]],
      [[1e-300, 1e-299], [0, 1e-298]], [[1e300, 1e299], [2, 3]], [[-1, 2, 4], [0, 1, 3]],
    ] as [[[Double]]])
  func oddNumbersAreDrawn(_ values: [[Double]]) throws {
    try withTemporaryFolder { folder throws in
      #expect(try map(values).draw(in: folder, named: "map") == .drawn)
    }
  }

  @Test(
    .enabled(if: isGnuplotThere, "gnuplot is missing: make setup installs it"),
    arguments: Array(stride(from: 0, to: hostileTexts.count, by: 3)))
  func textIsNeverCode(_ first: Int) throws {
    try withTemporaryFolder { folder throws in
      var hostile = map([[4, 3], [2, 1]])
      let texts = (0..<3).map { hostileTexts[(first + $0) % hostileTexts.count] }
      (hostile.title, hostile.xLabel, hostile.yLabel) = (texts[0], texts[1], texts[2])
      #expect(try hostile.draw(in: folder, named: "map") != .missingPlotter)
      #expect(try DurableFile.listTree(folder) == LineChart.files(named: "map").sorted())
    }
  }

  @Test func theTableHasARowForEachY() throws {
    try withTemporaryFolder { folder throws in
      let gnuplot = Gnuplot(executable: "no-such-gnuplot")
      let map = map([[4, 3, 0.5], [2, 1, .nan]])
      #expect(try map.draw(in: folder, named: "map", by: gnuplot) == .missingPlotter)
      let table = String(decoding: try contents(of: folder)["map.csv"] ?? [], as: UTF8.self)
      #expect(table == "row y; column x,0,1,2\n0,4,3,0.5\n1,2,1,nan\n")
    }
  }
}
