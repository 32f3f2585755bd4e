import Circuits
import Configuration

/// A structure with more sum weights than the circuit numbers (exit code 78).
struct WeightLimitFault: Fault {
  let units: Int
  let partitions: Int
  var exitCode: ExitCode { .configuration }
  var description: String {
    "\(units) units over \(partitions) partitions need \(units)^3 x \(partitions) sum weights, more "
      + "than \(Int32.max): take fewer units, larger superpixels or coarser steps"
  }
}

/// Weights and their offsets are counted in 32 bits.
func requireCountable(_ graph: RegionGraph, units: Int, rootUnits: Int) throws {
  // A root of more units than the others counts for all: too much by little.
  let each = units * units * max(units, graph.partitions.isEmpty ? 0 : rootUnits)
  let most = graph.partitions.count.multipliedReportingOverflow(by: each)
  let weights = CircuitCounts(
    graph: graph, units: units, rootUnits: rootUnits, leafParameters: 0
  ).sumWeights
  guard !most.overflow, weights <= Int(Int32.max) else {
    throw WeightLimitFault(units: units, partitions: graph.partitions.count)
  }
}
