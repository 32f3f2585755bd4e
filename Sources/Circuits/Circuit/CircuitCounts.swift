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
  /// `sumParameters` those of its sums, one a weight where nil, and a root of sums may have units of
  /// another number.
  package init(
    graph: RegionGraph, units: Int, rootUnits: Int? = nil,
    products: any ProductLayer = DenseProducts(), sumParameters: Int? = nil, leafParameters: Int
  ) {
    let leaves = graph.leafRegions.count
    let own = graph.partitions.map {
      products.productCount(children: $0.children.count, units: units)
    }
    let extra = (rootUnits ?? units) - units
    let ofRoot = own[graph.partitionRanges[graph.root]].reduce(0, +)
    let productNodes = own.reduce(0, +)
    let unshared = zip(graph.partitions, own).reduce(0) {
      $0 + (graph.groups[$1.0.region] == $1.0.region ? $1.1 : 0)
    }
    let sumWeights = unshared * units + ofRoot * extra
    self.init(
      regions: graph.scopes.count, partitions: graph.partitions.count, leafUnits: leaves * units,
      sumNodes: (graph.scopes.count - leaves) * units + (ofRoot > 0 ? extra : 0),
      productNodes: productNodes, parameters: (sumParameters ?? sumWeights) + leafParameters,
      sumWeights: sumWeights)
  }
}

extension Circuit {
  /// Where a product of a region lies: its partition in the graph, and its number there.
  func product(_ index: Int, of sum: SumRegion) -> (partition: Int, number: Int) {
    var rest = index
    for partition in sum.partitions {
      let count = productCount(ofPartition: partition)
      if rest < count { return (partition, rest) }
      rest -= count
    }
    preconditionFailure("a product of another region")
  }

  /// Every product of a region in the order of its weights: the partition in the graph, its children,
  /// and the product's number there.
  @inline(__always)
  func forEachProduct(
    of sum: SumRegion, _ body: (_ partition: Int, _ children: [Int], _ product: Int) -> Void
  ) {
    for partition in sum.partitions {
      let children = graph.partitions[partition].children
      for product in 0..<productCount(ofPartition: partition) {
        body(partition, children, product)
      }
    }
  }

  /// Product units of a partition of the graph.
  func productCount(ofPartition partition: Int) -> Int {
    products.productCount(children: graph.partitions[partition].children.count, units: units)
  }

  package var counts: CircuitCounts {
    CircuitCounts(
      graph: graph, units: units, rootUnits: rootUnits, products: products,
      sumParameters: layout.sumParameterCount,
      leafParameters: layout.parameterCount - layout.sumParameterCount)
  }
}
