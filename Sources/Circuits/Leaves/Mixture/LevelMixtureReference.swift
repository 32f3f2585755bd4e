import Numerics

/// The plain definition of one unit's continuous mixture over levels in Double.
package struct LevelMixtureReference {
  private let shape: LevelMixtureShape
  private let emission: any Emission
  private let output: (weights: [Double], bias: [Double])
  /// `[node][hidden]`.
  private let hidden: [[Double]]
  /// log omega, `[node]`.
  package let logWeights: [Double]

  /// - Parameter parameters: those of all units, `[unit][parameter]`.
  package init(
    _ shape: LevelMixtureShape, _ emission: any Emission, _ nodes: PriorNodes, parameters: [Double],
    unit: Int
  ) {
    self.shape = shape
    self.emission = emission
    var start = unit * shape.parameterCount
    let tensors = shape.sizes.map { size -> [Double] in
      defer { start += size }
      return Array(parameters[start..<start + size])
    }
    output = (tensors[2], tensors[3])
    let total = shape.learnsWeights ? logSumExp(tensors[4]) : 0
    logWeights = shape.learnsWeights ? tensors[4].map { $0 - total } : nodes.logWeights
    hidden = nodes.points.map { z in
      MixtureReference.layer(tensors[0], tensors[1], z)
        .map { MixtureReference.activate($0, shape.activation) }
    }
  }

  /// What the decoder says of one value at one node.
  package func numbers(value: Int, node: Int) -> [Double] {
    let inputs = hidden[node]
    return (value * shape.numbers..<(value + 1) * shape.numbers).map { row in
      var total = output.bias[row]
      for (index, input) in inputs.enumerated() {
        total += output.weights[row * shape.hidden + index] * input
      }
      return total
    }
  }

  /// log p(x) in nats.
  package func logLikelihood(_ x: [UInt8]) -> Double {
    logSumExp(
      logWeights.indices.map { node in
        x.indices.reduce(logWeights[node]) {
          $0 + emission.logProbability(numbers(value: $1, node: node), level: Int(x[$1]))
        }
      })
  }
}
