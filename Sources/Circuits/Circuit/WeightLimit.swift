import Configuration

/// A structure with more sum weights than the circuit numbers (exit code 78).
struct WeightLimitFault: Fault {
  let units: Int
  let partitions: Int
  let products: String
  var exitCode: ExitCode { .configuration }
  var description: String {
    "\(units) units over \(partitions) partitions with \(products) products need more than "
      + "\(Int32.max) sum weights: take fewer units, larger superpixels, coarser steps"
      + (products == DenseProducts.kind ? ", or products: \(ElementwiseProducts.kind)" : "")
  }
}

/// Weights and their offsets are counted in 32 bits.
package func requireCountable(
  _ graph: RegionGraph, units: Int, rootUnits: Int, products: any ProductLayer
) throws {
  // At most 1,024 units: fewer than 2^20 products of a partition, and 2^30 weights.
  let weights = CircuitCounts(
    graph: graph, units: units, rootUnits: rootUnits, products: products, leafParameters: 0
  ).sumWeights
  guard weights <= Int(Int32.max) else {
    throw WeightLimitFault(
      units: units, partitions: graph.partitions.count, products: type(of: products).kind)
  }
}
