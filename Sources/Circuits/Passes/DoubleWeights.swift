import Numerics

/// Sum weights in Double, where single precision would lose the smallest.
final class DoubleWeights: Sendable {
  /// `[weight]`, as the parameters' logits lie.
  let logs: AlignedBuffer<Double>
  /// e^log; 0 below e^-745.
  let values: AlignedBuffer<Double>

  init(_ circuit: Circuit, parameters: Parameters) {
    let count = circuit.layout.sumWeightCount
    let (logs, values) = (AlignedBuffer<Double>(count: count), AlignedBuffer<Double>(count: count))
    let logits = parameters.values.pointer
    circuit.forEachSumUnit(in: circuit.weightGroups.indices) { offset, count in
      let own = (offset..<offset + count).map { Double(logits[$0]) }
      let total = logSumExp(own)
      for (index, logit) in own.enumerated() {
        logs.pointer[offset + index] = logit - total
        values.pointer[offset + index] = naturalExponential(logit - total)
      }
    }
    self.logs = logs
    self.values = values
  }
}
