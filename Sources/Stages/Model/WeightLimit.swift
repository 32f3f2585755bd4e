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
func requireCountable(_ graph: RegionGraph, units: Int) throws {
  let weights = graph.partitions.count.multipliedReportingOverflow(by: units * units * units)
  guard !weights.overflow, weights.partialValue <= Int(Int32.max) else {
    throw WeightLimitFault(units: units, partitions: graph.partitions.count)
  }
}
