import Circuits
import Testing

@Suite struct RegionGraphTests {
  private let a = Scope(variableCount: 3, [0])
  private let b = Scope(variableCount: 3, [1])
  private let c = Scope(variableCount: 3, [2])
  private let ab = Scope(variableCount: 3, [0, 1])
  private let all = Scope(variableCount: 3, [0, 1, 2])

  @Test func acceptsASmallTree() throws {
    let graph = try RegionGraph(
      variableCount: 3, scopes: [a, b, c, ab, all],
      partitions: [Partition(region: 3, [1, 0]), Partition(region: 4, [3, 2])])
    #expect(graph.root == 4)
    #expect(graph.leafRegions == [0, 1, 2])
    #expect(graph.partitions[0].children == [0, 1], "ascending")
  }

  @Test func refusesWhatIsNotDecomposable() {
    #expect(throws: RegionGraphFault.notDecomposable(region: 4, partition: 1)) {
      try RegionGraph(
        variableCount: 3, scopes: [a, b, c, ab, all],
        partitions: [Partition(region: 3, [0, 1]), Partition(region: 4, [3, 1])])
    }
  }

  @Test func refusesParentsBeforeChildren() {
    #expect(throws: RegionGraphFault.notTopological(partition: 0)) {
      try RegionGraph(
        variableCount: 3, scopes: [a, b, c, all, ab, all],
        partitions: [Partition(region: 3, [4, 2])])
    }
  }

  @Test func refusesWhatNobodyUses() {
    #expect(throws: RegionGraphFault.unreachable(region: 1)) {
      try RegionGraph(
        variableCount: 3, scopes: [ab, a, c, all], partitions: [Partition(region: 3, [0, 2])])
    }
  }

  @Test func refusesARootThatLacksVariables() {
    #expect(throws: RegionGraphFault.rootIsNotTheWhole) {
      try RegionGraph(
        variableCount: 3, scopes: [a, b, ab], partitions: [Partition(region: 2, [0, 1])])
    }
  }

  @Test func twoResolutionsCutAtAbsoluteMultiples() throws {
    // 5 columns at steps [4, 1]: the coarse cut is at 4 alone, then cells inside each side.
    let graph = try PoonDomingos(steps: [4, 1]).regionGraph(of: Lattice(rows: 1, columns: 5))
    let rootCuts = graph.partitions[graph.partitionRanges[graph.root]]
    #expect(rootCuts.count == 1)
    let sizes = rootCuts[rootCuts.startIndex].children.map { graph.scopes[$0].count }
    #expect(sizes.sorted() == [1, 4])
  }

  @Test func stepsMustDescend() {
    #expect(PoonDomingos.areValid([4, 1]))
    #expect(!PoonDomingos.areValid([]))
    #expect(!PoonDomingos.areValid([1, 4]))
    #expect(!PoonDomingos.areValid([2, 2]))
    #expect(!PoonDomingos.areValid([0]))
  }

  @Test(arguments: [(7, 7), (1, 5), (4, 4), (28, 28)])
  func halvingOneSideIsATree(rows: Int, columns: Int) throws {
    let lattice = Lattice(rows: rows, columns: columns)
    let graph = try Halving(cutsBothSides: false).regionGraph(of: lattice)
    #expect(graph.scopes.count == 2 * lattice.cellCount - 1)
    #expect(graph.partitions.count == lattice.cellCount - 1)
    #expect(graph.leafRegions.count == lattice.cellCount)
    #expect(Set(graph.partitions.flatMap(\.children)).count == graph.scopes.count - 1)
  }

  /// 4 x 4: per side 1 region of 4, 2 of 2, 4 of 1, all combined; each is cut once a side that can be.
  @Test func halvingBothSidesSharesRegions() throws {
    let graph = try Halving(cutsBothSides: true).regionGraph(of: Lattice(rows: 4, columns: 4))
    #expect(graph.scopes.count == 49)
    #expect(graph.partitions.count == 2 * 3 * 7)
  }
}
