extension RegionGraph {
  /// The same regions, with a region of sum units above each leaf region that stands beside other regions in a
  /// partition: its units are mixtures of the leaf units (Loconte et al. 2024, figure 2).
  ///
  /// Leaf regions that share parameters (`share: leaves`) become one dictionary of distributions, of which each
  /// place has mixtures of its own. The new region has one partition of one child, and follows the leaf region
  /// at once, so that regions that are worked on together stay together. Leaf regions that are alone in all their
  /// partitions have such sums already, and keep them.
  ///
  /// - Precondition: no regions share parameters yet.
  /// - Throws: `RegionGraphFault` where the graph becomes too large.
  package func withLeafSums() throws -> RegionGraph {
    precondition(!sharesParameters, "sums over leaves come before sharing")
    var isBesideOthers = Array(repeating: false, count: scopes.count)
    for partition in partitions where partition.children.count > 1 {
      for child in partition.children { isBesideOthers[child] = true }
    }
    var (scopes, partitions) = ([Scope](), [Partition]())
    // Of each region the one that takes its place as a child.
    var places: [Int] = []
    for (region, scope) in self.scopes.enumerated() {
      let own = partitionRanges[region]
      partitions += self.partitions[own].map { partition in
        Partition(region: scopes.count, partition.children.map { places[$0] })
      }
      scopes.append(scope)
      if own.isEmpty, isBesideOthers[region] {
        partitions.append(Partition(region: scopes.count, [scopes.count - 1]))
        scopes.append(scope)
      }
      places.append(scopes.count - 1)
    }
    try RegionGraph.requireRoom(regions: scopes.count, variableCount)
    return try RegionGraph(variableCount: variableCount, scopes: scopes, partitions: partitions)
  }
}
