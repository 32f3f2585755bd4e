import Circuits
import Testing

@Suite struct RandomStructureTests {
  private func graph(
    _ rows: Int, _ columns: Int, depth: Int, repetitions: Int, seed: Int = 1
  ) throws -> RegionGraph {
    try RandomTensorised(depth: depth, repetitions: repetitions, seed: seed)
      .regionGraph(of: StructureGround(lattice: Lattice(rows: rows, columns: columns)))
  }

  @Test func everyRepetitionSplitsTheWholeIntoHalves() throws {
    let graph = try graph(4, 4, depth: 2, repetitions: 5)
    let atRoot = graph.partitions[graph.partitionRanges[graph.root]]
    #expect(atRoot.count == 5)
    #expect(atRoot.allSatisfy { $0.children.allSatisfy { graph.scopes[$0].count == 8 } })
    #expect(graph.leafRegions.count == 20)
    #expect(graph.leafRegions.allSatisfy { graph.scopes[$0].count == 4 })
    // Drawn by chance, no two repetitions are alike.
    #expect(Set(graph.leafRegions.map { graph.scopes[$0].variables }).count == 20)
  }

  @Test func singleCellsAreSharedByRepetitions() throws {
    let graph = try graph(3, 3, depth: 9, repetitions: 4)
    #expect(graph.leafRegions.count == 9)
    // Trees of 9 cells have 8 inner regions, one of which is the root.
    #expect(graph.innerRegions.count == 4 * 7 + 1)
  }

  @Test func theSeedAloneDecides() throws {
    let one = try graph(4, 4, depth: 3, repetitions: 2)
    let again = try graph(4, 4, depth: 3, repetitions: 2)
    let other = try graph(4, 4, depth: 3, repetitions: 2, seed: 2)
    #expect(one.partitions == again.partitions)
    #expect(one.scopes.map(\.variables) == again.scopes.map(\.variables))
    #expect(one.scopes.map(\.variables) != other.scopes.map(\.variables))
  }

  @Test func oneCellIsALeaf() throws {
    let graph = try graph(1, 1, depth: 3, repetitions: 3)
    #expect(graph.partitions.isEmpty && graph.leafRegions == [0])
  }
}
