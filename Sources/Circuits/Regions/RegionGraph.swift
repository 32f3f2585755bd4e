import Configuration

/// A partition of a region: one or more child regions, disjoint and together the region.
package struct Partition: Hashable, Sendable {
  package let region: Int
  /// Ascending. The order is part of the model format: sum weights are stored by it.
  package let children: [Int]

  package init(region: Int, _ children: [Int]) {
    self.region = region
    self.children = children.sorted()
  }
}

/// Regions (scopes) and their partitions, checked once, here: smooth and decomposable by
/// construction (Dennis & Ventura 2012; Peharz et al. 2020).
///
/// Regions stand in topological order, children before parents; partitions in the order of their
/// regions. A region without a partition is a leaf region.
package struct RegionGraph: Sendable {
  package let variableCount: Int
  package let scopes: [Scope]
  package let partitions: [Partition]
  /// The region of all variables: the last one.
  package var root: Int { scopes.count - 1 }
  /// `[region]`: the first region that shares its parameters; itself where no earlier one does.
  ///
  /// Sum regions of a group have the same weights, leaf regions the same leaf parameters.
  package let groups: [Int]
  /// Partitions of each region, as a range of `partitions`; empty for a leaf region.
  package let partitionRanges: [Range<Int>]

  /// - Parameter groups: parameter groups; nil where each region has parameters of its own.
  /// - Throws: `RegionGraphFault` naming the first region or partition that is wrong.
  package init(
    variableCount: Int, scopes: [Scope], partitions: [Partition], groups: [Int]? = nil
  ) throws {
    self.groups = groups ?? Array(scopes.indices)
    self.variableCount = variableCount
    self.scopes = scopes
    self.partitions = partitions
    guard let last = scopes.last, last.count == variableCount else {
      throw RegionGraphFault.rootIsNotTheWhole
    }
    var ranges = Array(repeating: 0..<0, count: scopes.count)
    var isUsed = Array(repeating: false, count: scopes.count)
    var start = 0
    while start < partitions.count {
      let region = partitions[start].region
      var end = start
      while end < partitions.count, partitions[end].region == region {
        let partition = partitions[end]
        guard region < scopes.count, let first = partition.children.first, first >= 0,
          let last = partition.children.last, last < region
        else { throw RegionGraphFault.notTopological(partition: end) }
        guard scopes[region].isSplit(into: partition.children.map { scopes[$0] }) else {
          throw RegionGraphFault.notDecomposable(region: region, partition: end)
        }
        for child in partition.children { isUsed[child] = true }
        end += 1
      }
      guard ranges[region].isEmpty, start == 0 || partitions[start - 1].region < region else {
        throw RegionGraphFault.notTopological(partition: start)
      }
      ranges[region] = start..<end
      start = end
    }
    partitionRanges = ranges
    for region in scopes.indices {
      if scopes[region].isEmpty { throw RegionGraphFault.emptyRegion(region) }
      if region != root, !isUsed[region] { throw RegionGraphFault.unreachable(region: region) }
    }
    if let groups { try requireAlike(groups) }
  }

  /// Regions of a group have partitions with the same numbers of children; the root, whose units may be
  /// classes, is alone.
  private func requireAlike(_ groups: [Int]) throws {
    guard groups.count == scopes.count, groups.last == root else {
      throw RegionGraphFault.notAlike(region: root)
    }
    func shape(_ region: Int) -> [Int] {
      partitions[partitionRanges[region]].map(\.children.count)
    }
    for (region, group) in groups.enumerated() where group != region {
      guard group >= 0, group < region, groups[group] == group, shape(group) == shape(region)
      else { throw RegionGraphFault.notAlike(region: region) }
    }
  }

  /// Bits of all regions' scopes, at most: 2 GiB of memory.
  package static let mostScopeBits = 1 << 34

  /// - Throws: `RegionGraphFault` (78) where the scopes of so many regions are too large.
  static func requireRoom(regions: Int, _ variables: Int) throws {
    guard regions > mostScopeBits / max(variables, 1) else { return }
    throw RegionGraphFault.tooLarge(variables: variables)
  }

  /// Whether some regions share parameters.
  package var sharesParameters: Bool { groups.indices.contains { groups[$0] != $0 } }

  /// Children that a partition has at most; 0 without partitions.
  package var mostChildren: Int { partitions.lazy.map(\.children.count).max() ?? 0 }

  /// Whether every partition has two children.
  package var isOfPairs: Bool { partitions.allSatisfy { $0.children.count == 2 } }

  package var leafRegions: [Int] { scopes.indices.filter { partitionRanges[$0].isEmpty } }

  package var innerRegions: [Int] { scopes.indices.filter { !partitionRanges[$0].isEmpty } }
}

/// What makes a region graph unusable.
package enum RegionGraphFault: Fault, Equatable {
  case rootIsNotTheWhole
  case emptyRegion(Int)
  case unreachable(region: Int)
  case notDecomposable(region: Int, partition: Int)
  case notTopological(partition: Int)
  case notAlike(region: Int)
  case tooLarge(variables: Int)

  package var exitCode: ExitCode {
    if case .tooLarge = self { .configuration } else { .badData }
  }

  package var description: String {
    switch self {
    case .rootIsNotTheWhole: "region graph: the last region must hold every variable"
    case .emptyRegion(let region): "region graph: region \(region) is empty"
    case .unreachable(let region): "region graph: region \(region) is in no partition"
    case .notDecomposable(let region, let partition):
      "region graph: partition \(partition) does not split region \(region) into disjoint parts"
    case .notTopological(let partition):
      "region graph: partition \(partition) is out of order; children come before parents, "
        + "partitions in the order of their regions"
    case .tooLarge(let variables):
      "region graph: more than \(RegionGraph.mostScopeBits / variables) regions over \(variables) superpixels: "
        + "take larger superpixels, coarser steps, fewer repetitions or another structure"
    case .notAlike(let region):
      "region graph: region \(region) cannot share the parameters of its group: expected an earlier region, "
        + "the first of its group, whose partitions have as many children"
    }
  }
}
