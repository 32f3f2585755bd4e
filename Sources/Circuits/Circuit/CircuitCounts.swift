/// The sizes by which circuits are compared (manual: Mathematics, Counts).
package struct CircuitCounts: Equatable, Sendable {
  package let regions: Int
  package let partitions: Int
  package let leafUnits: Int
  package let sumNodes: Int
  package let productNodes: Int
  /// Root weights apart.
  package let parameters: Int
  package let sumWeights: Int

  package init(
    regions: Int, partitions: Int, leafUnits: Int, sumNodes: Int, productNodes: Int,
    parameters: Int, sumWeights: Int
  ) {
    self.regions = regions
    self.partitions = partitions
    self.leafUnits = leafUnits
    self.sumNodes = sumNodes
    self.productNodes = productNodes
    self.parameters = parameters
    self.sumWeights = sumWeights
  }
}

extension CircuitCounts {
  /// Counts of a region graph with K units a region; `leafParameters` are those of all its leaves,
  /// and a root of sums may have units of another number.
  package init(graph: RegionGraph, units: Int, rootUnits: Int? = nil, leafParameters: Int) {
    let leaves = graph.leafRegions.count
    let partitions = graph.partitions.count
    let extra = (rootUnits ?? units) - units
    let rootPartitions = graph.partitionRanges[graph.root].count
    let sumWeights = (partitions * units + rootPartitions * extra) * units * units
    self.init(
      regions: graph.scopes.count, partitions: partitions, leafUnits: leaves * units,
      sumNodes: (graph.scopes.count - leaves) * units + (rootPartitions > 0 ? extra : 0),
      productNodes: partitions * units * units,
      parameters: sumWeights + leafParameters, sumWeights: sumWeights)
  }
}

extension Circuit {
  package var counts: CircuitCounts {
    CircuitCounts(
      graph: graph, units: units, rootUnits: rootUnits,
      leafParameters: layout.parameterCount - layout.sumWeightCount)
  }
}
