/// The region graph of a tree of hidden variables, one for each cell of a lattice, of which each has the
/// cell as its observation (Liu & Van den Broeck 2021, section 4).
///
/// Each cell has two regions: its leaf region, and a region of sum units over the cell and all cells
/// below it, with one partition into the leaf region and the regions of the cell's children in the
/// tree. With elementwise products the units of the latter are the states of the parent's hidden variable,
/// its products those of the cell's own, and its weights the transition between them.
package enum HiddenTree {
  /// - Parameter parents: `[cell]`: the parent of each cell; nil for the root alone.
  /// - Throws: `RegionGraphFault` where the parents are no tree.
  package static func regionGraph(parents: [Int?]) throws -> RegionGraph {
    let count = parents.count
    var children = Array(repeating: [Int](), count: count)
    for (cell, parent) in parents.enumerated() {
      if let parent { children[parent].append(cell) }
    }
    guard let root = parents.firstIndex(of: nil) else { throw RegionGraphFault.rootIsNotTheWhole }
    var scopes: [Scope] = []
    var partitions: [Partition] = []
    var regions = Array(repeating: -1, count: count)
    // Children before parents, and the regions of a subtree next to each other.
    for cell in postorder(from: root, children) {
      let leaf = scopes.count
      scopes.append(Scope(variableCount: count, [cell]))
      let below = children[cell].map { regions[$0] }
      scopes.append(below.reduce(scopes[leaf]) { $0.union(scopes[$1]) })
      regions[cell] = leaf + 1
      partitions.append(Partition(region: leaf + 1, [leaf] + below))
    }
    return try RegionGraph(variableCount: count, scopes: scopes, partitions: partitions)
  }

  /// Without recursion: a tree may be as deep as it has cells.
  private static func postorder(from root: Int, _ children: [[Int]]) -> [Int] {
    var order: [Int] = []
    var open = [(cell: root, next: 0)]
    while let (cell, next) = open.last {
      if next < children[cell].count {
        open[open.count - 1].next += 1
        open.append((children[cell][next], 0))
      } else {
        order.append(cell)
        open.removeLast()
      }
    }
    return order
  }
}
