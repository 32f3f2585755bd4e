import Circuits
import Testing

@Suite struct RandomStructureTests {
  private func graph(
    _ rows: Int, _ columns: Int, repetitions: Int, seed: Int = 1
  ) throws -> RegionGraph {
    try RandomTensorised(repetitions: repetitions, seed: seed)
      .regionGraph(of: StructureGround(lattice: Lattice(rows: rows, columns: columns)))
  }

  @Test func everyRepetitionSplitsTheWholeIntoHalves() throws {
    let graph = try graph(4, 4, repetitions: 5)
    let atRoot = graph.partitions[graph.partitionRanges[graph.root]]
    #expect(atRoot.count == 5)
    #expect(atRoot.allSatisfy { $0.children.allSatisfy { graph.scopes[$0].count == 8 } })
    // Drawn by chance, no two repetitions are alike.
    #expect(Set(atRoot.map { graph.scopes[$0.children[0]].variables }).count == 5)
  }

  @Test func singleCellsAreSharedByRepetitions() throws {
    let graph = try graph(3, 3, repetitions: 4)
    #expect(graph.leafRegions.count == 9)
    // Trees of 9 cells have 8 inner regions, one of which is the root.
    #expect(graph.innerRegions.count == 4 * 7 + 1)
  }

  @Test func theSeedAloneDecides() throws {
    let one = try graph(4, 4, repetitions: 2)
    let again = try graph(4, 4, repetitions: 2)
    let other = try graph(4, 4, repetitions: 2, seed: 2)
    #expect(one.partitions == again.partitions)
    #expect(one.scopes.map(\.variables) == again.scopes.map(\.variables))
    #expect(one.scopes.map(\.variables) != other.scopes.map(\.variables))
  }

  @Test func oneCellIsALeaf() throws {
    let graph = try graph(1, 1, repetitions: 3)
    #expect(graph.partitions.isEmpty && graph.leafRegions == [0])
  }

  /// Refused before it takes memory.
  @Test func graphsOfTooManyRegionsAreRefused() throws {
    #expect(throws: RegionGraphFault.tooLarge(variables: 65_536)) {
      try graph(256, 256, repetitions: 1_000)
    }
  }
}
