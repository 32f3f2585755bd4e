extension RegionGraph {
  /// One graph of several over the same variables, whose roots are one region with the partitions of all.
  ///
  /// Regions and partitions keep their order, and parameter groups their members. A graph of one region, which has no
  /// partition, keeps it, below a partition with that only child.
  /// - Throws: `RegionGraphFault` where the graph becomes too large.
  static func joining(_ graphs: [RegionGraph]) throws -> RegionGraph {
    precondition(!graphs.isEmpty && Set(graphs.map(\.variableCount)).count == 1)
    let root = graphs.reduce(0) { $0 + ($1.partitions.isEmpty ? 1 : $1.root) }
    try requireRoom(regions: root + 1, graphs[0].variableCount)
    var (scopes, inner, groups, ofRoot) = ([Scope](), [Partition](), [Int](), [Partition]())
    for graph in graphs {
      let first = scopes.count
      guard !graph.partitions.isEmpty else {
        scopes += graph.scopes
        groups.append(first)
        ofRoot.append(Partition(region: root, [first]))
        continue
      }
      scopes += graph.scopes.dropLast()
      groups += graph.groups.dropLast().map { first + $0 }
      for partition in graph.partitions {
        let children = partition.children.map { first + $0 }
        if partition.region == graph.root {
          ofRoot.append(Partition(region: root, children))
        } else {
          inner.append(Partition(region: first + partition.region, children))
        }
      }
    }
    return try RegionGraph(
      variableCount: graphs[0].variableCount, scopes: scopes + [graphs[0].scopes[graphs[0].root]],
      partitions: inner + ofRoot, groups: groups + [root])
  }

  /// The same regions, each variable as those of `parts`.
  func refined(_ parts: [[Int]], variableCount: Int) throws -> RegionGraph {
    try RegionGraph(
      variableCount: variableCount,
      scopes: scopes.map {
        Scope(variableCount: variableCount, $0.variables.flatMap { parts[$0] })
      },
      partitions: partitions, groups: groups)
  }
}
