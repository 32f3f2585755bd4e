import Circuits
import Testing

@Suite struct SegmentationTests {
  private func graph(_ rows: Int, _ columns: Int, _ steps: [Int]) throws -> RegionGraph {
    try PoonDomingos(steps: steps).regionGraph(of: Lattice(rows: rows, columns: columns))
  }

  @Test func everyBlockOfThePosterIsASegment() throws {
    let graph = try graph(28, 28, [4, 1])
    let segmentation = Segmentation(graph)
    #expect(segmentation.segments.count == 49)
    #expect(segmentation.segments.allSatisfy { $0.count == 100 })
    // The lattice of blocks but the root, one block's inner regions, the root.
    #expect(segmentation.slotCount == 784 + 99)
    #expect(segmentation.scratch == 783..<882)
    #expect(segmentation.slots[graph.root] == 882)
  }

  @Test func aDenseLatticeHasNone() throws {
    let segmentation = Segmentation(try graph(5, 5, [1]))
    #expect(segmentation.segments.isEmpty)
    #expect(segmentation.scratch.isEmpty)
  }

  @Test(arguments: [(4, 3), (6, 6), (5, 7), (8, 8), (2, 9)])
  func nothingIsReadAfterItsSlotWasReused(rows: Int, columns: Int) throws {
    let graph = try graph(rows, columns, [3, 2, 1])
    let segmentation = Segmentation(graph)
    var owner = Array(repeating: -1, count: segmentation.slotCount)
    let inSegment = Set(segmentation.segments.joined())
    let rest = graph.scopes.indices.filter { !inSegment.contains($0) }
    // As a forward pass walks: segment after segment, then the rest.
    for region in segmentation.segments.joined() + rest {
      for partition in graph.partitions[graph.partitionRanges[region]] {
        for child in partition.children { #expect(owner[segmentation.slots[child]] == child) }
      }
      owner[segmentation.slots[region]] = region
    }
    #expect(owner[segmentation.slots[graph.root]] == graph.root)
    let lasts = segmentation.segments.map { $0.upperBound - 1 }
    for region in lasts + rest {
      #expect(owner[segmentation.slots[region]] == region, "kept until the way down")
      #expect(!segmentation.scratch.contains(segmentation.slots[region]))
    }
  }
}
