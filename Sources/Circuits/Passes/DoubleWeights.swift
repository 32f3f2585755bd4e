import Numerics

/// Sum weights in Double, where single precision would lose the smallest.
final class DoubleWeights: Sendable {
  /// `[weight]`.
  let logs: AlignedBuffer<Double>
  /// e^log; 0 below e^-745.
  let values: AlignedBuffer<Double>

  init(_ circuit: Circuit, parameters: Parameters) {
    let count = circuit.layout.sumWeightCount
    let (logs, values) = (AlignedBuffer<Double>(count: count), AlignedBuffer<Double>(count: count))
    let own = circuit.boundWeights.referenceLogWeights(
      (0..<circuit.layout.sumParameterCount).map { Double(parameters.values.pointer[$0]) })
    for (index, log) in own.enumerated() {
      logs.pointer[index] = log
      values.pointer[index] = naturalExponential(log)
    }
    self.logs = logs
    self.values = values
  }
}
