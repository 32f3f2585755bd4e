import Circuits
import Testing

/// The counts of the poster (manual: Mathematics, Counts).
@Suite struct CountTests {
  private func counts(
    _ rows: Int, _ columns: Int, steps: [Int], leafParametersARegion: Int
  ) throws -> CircuitCounts {
    let graph = try PoonDomingos(steps: steps).regionGraph(
      of: Lattice(rows: rows, columns: columns))
    return CircuitCounts(
      graph: graph, units: 2, leafParameters: graph.leafRegions.count * leafParametersARegion)
  }

  @Test func vanillaNetworkOfThePoster() throws {
    let found = try counts(28, 28, steps: [4, 1], leafParametersARegion: 2)
    #expect(
      found
        == CircuitCounts(
          regions: 5_635, partitions: 12_936, leafUnits: 1_568, sumNodes: 9_702,
          productNodes: 51_744, parameters: 105_056, sumWeights: 103_488))
  }

  @Test func superpixelNetworkOfThePoster() throws {
    let found = try counts(7, 7, steps: [1], leafParametersARegion: 2 * 660)
    #expect(
      found
        == CircuitCounts(
          regions: 784, partitions: 3_136, leafUnits: 98, sumNodes: 1_470, productNodes: 12_544,
          parameters: 89_768, sumWeights: 25_088))
  }

  @Test func denseNetworkThatIsTooLarge() throws {
    let found = try counts(28, 28, steps: [1], leafParametersARegion: 2)
    #expect(found.regions == 164_836)
    #expect(found.partitions == 2_967_048)
    #expect(found.leafUnits == 1_568)
    #expect(found.sumNodes == 328_104)
    #expect(found.productNodes == 11_868_192)
  }

  @Test(arguments: 1...6, 1...6)
  func closedFormulas(m: Int, n: Int) throws {
    let found = try counts(m, n, steps: [1], leafParametersARegion: 0)
    #expect(found.regions == m * (m + 1) * n * (n + 1) / 4)
    #expect(found.partitions == m * (m + 1) * n * (n + 1) * (m + n - 2) / 12)
    #expect(found.leafUnits == 2 * m * n)
  }

  @Test func circuitCountsWhatItHolds() throws {
    let graph = try PoonDomingos(steps: [4, 1]).regionGraph(of: Lattice(rows: 28, columns: 28))
    let circuit = Circuit(
      graph: graph, units: 2, leaf: BernoulliLeaf(),
      superpixels: Superpixels((0..<784).map { [Int32($0)] }))
    #expect(circuit.counts.parameters == 105_056)
    #expect(circuit.initialParameters(seed: 1).count == 105_056)
    #expect(circuit.parameterSlices.map(\.range.count) == [103_488, 1_568])
  }
}
