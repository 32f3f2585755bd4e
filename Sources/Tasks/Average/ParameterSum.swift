import Circuits

/// A sum of parameter arrays of one circuit, in Double.
struct ParameterSum {
  private var sums: [Double]
  private(set) var summands = 0

  init(count: Int) { sums = [Double](repeating: 0, count: count) }

  mutating func add(_ parameters: Parameters) {
    precondition(parameters.count == sums.count)
    let values = parameters.values.pointer
    for index in sums.indices { sums[index] += Double(values[index]) }
    summands += 1
  }

  /// - Precondition: at least one array was added.
  var mean: Parameters {
    precondition(summands > 0)
    let mean = Parameters(count: sums.count)
    for (index, sum) in sums.enumerated() {
      mean.values.pointer[index] = Float(sum / Double(summands))
    }
    return mean
  }
}
