import Configuration

/// The hidden Chow-Liu tree of the training images: the tree of greatest mutual information between
/// neighbours, with a hidden variable a cell (Liu & Van den Broeck 2021, section 4).
///
/// A maximum spanning tree of the pairwise mutual information, rooted at its centre, so that it is as
/// shallow as it can be. Ties go to the lower index.
package struct ChowLiuTree: RegionStructure, Equatable {
  package static let kind = "chow-liu"

  package init() {}

  package var description: String { Self.kind }

  package let needsInformation = true

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    guard let information = ground.information else {
      // Any tree has as many regions and partitions.
      return try HiddenTree.regionGraph(
        parents: (0..<ground.lattice.cellCount).map { $0 == 0 ? nil : ($0 - 1) / 2 })
    }
    let neighbours = Self.maximumSpanningTree(information)
    return try HiddenTree.regionGraph(
      parents: Self.parents(from: Self.centre(of: neighbours), neighbours))
  }

  /// Prim's algorithm: of each cell its neighbours in the tree, ascending.
  static func maximumSpanningTree(_ information: MutualInformation) -> [[Int]] {
    let count = information.count
    var neighbours = Array(repeating: [Int](), count: count)
    // Of each cell outside the tree the best edge into it.
    var best = (0..<count).map { $0 == 0 ? -Double.infinity : information[0, $0] }
    var end = Array(repeating: 0, count: count)
    var isInside = (0..<count).map { $0 == 0 }
    for _ in 1..<max(count, 1) {
      var next = -1
      for cell in 0..<count where !isInside[cell] {
        if next < 0 || best[cell] > best[next] { next = cell }
      }
      neighbours[next].append(end[next])
      neighbours[end[next]].append(next)
      isInside[next] = true
      for cell in 0..<count where !isInside[cell] && information[next, cell] > best[cell] {
        (best[cell], end[cell]) = (information[next, cell], next)
      }
    }
    return neighbours.map { $0.sorted() }
  }

  /// The middle of a longest path: of two the one nearer to its start.
  static func centre(of neighbours: [[Int]]) -> Int {
    let start = farthest(from: 0, neighbours).last ?? 0
    let path = farthest(from: start, neighbours)
    return path[(path.count - 1) / 2]
  }

  /// The path to a cell at the greatest distance, the lowest of equals.
  private static func farthest(from start: Int, _ neighbours: [[Int]]) -> [Int] {
    let parents = parents(from: start, neighbours)
    var distance = Array(repeating: -1, count: neighbours.count)
    distance[start] = 0
    for var cell in neighbours.indices {
      var open: [Int] = []
      while distance[cell] < 0, let parent = parents[cell] {
        open.append(cell)
        cell = parent
      }
      for place in open.reversed() { distance[place] = distance[parents[place] ?? start] + 1 }
    }
    var end: Int? = neighbours.indices.max { (distance[$0], $1) < (distance[$1], $0) }
    var path: [Int] = []
    while let cell = end {
      path.append(cell)
      end = parents[cell]
    }
    return path.reversed()
  }

  /// Each cell's neighbour on the way to `root`; nil for the root.
  private static func parents(from root: Int, _ neighbours: [[Int]]) -> [Int?] {
    var parents = Array(repeating: Int?.none, count: neighbours.count)
    var open = [root]
    while let cell = open.popLast() {
      for next in neighbours[cell] where next != parents[cell] {
        parents[next] = cell
        open.append(next)
      }
    }
    return parents
  }
}

extension ChowLiuTree: CatalogueKind {
  package static let summary =
    "the hidden Chow-Liu tree of the training images; needs statistics"
  package static var example: String { kind }
}
