import Numerics

/// The plain definition of one unit's continuous mixture in Double: what its kernels are tested
/// against, and what asks single questions that no tile is worth.
package struct MixtureReference {
  let shape: MixtureShape
  let points: [[Double]]
  /// log omega, `[node]`.
  package let logWeights: [Double]
  /// Logits of p(x|z), `[node][pixel]`.
  package let logits: [[Double]]

  /// - Parameter parameters: those of all units, `[unit][parameter]`.
  package init(_ shape: MixtureShape, _ nodes: PriorNodes, parameters: [Double], unit: Int) {
    self.shape = shape
    points = nodes.points
    var start = unit * shape.parameterCount
    let tensors = shape.sizes.map { size -> [Double] in
      defer { start += size }
      return Array(parameters[start..<start + size])
    }
    let total = shape.learnsWeights ? logSumExp(tensors[4]) : 0
    logWeights = shape.learnsWeights ? tensors[4].map { $0 - total } : nodes.logWeights
    logits = nodes.points.map { z in
      let hidden = MixtureReference.layer(tensors[0], tensors[1], z)
        .map { MixtureReference.activate($0, shape.activation) }
      return MixtureReference.layer(tensors[2], tensors[3], hidden)
    }
  }

  package init(
    _ shape: MixtureShape, _ nodes: PriorNodes, parameters: UnsafePointer<Float>, unit: Int
  ) {
    let own = UnsafeBufferPointer(
      start: parameters + unit * shape.parameterCount, count: shape.parameterCount)
    self.init(shape, nodes, parameters: own.map(Double.init), unit: 0)
  }

  static func layer(_ weights: [Double], _ bias: [Double], _ x: [Double]) -> [Double] {
    bias.indices.map { o in
      x.indices.reduce(bias[o]) { $0 + weights[o * x.count + $1] * x[$1] }
    }
  }

  static func activate(_ value: Double, _ activation: Activation) -> Double {
    switch activation {
    case .tanh: 2 * logistic(2 * value) - 1
    case .relu: max(value, 0)
    case .softplus: softplus(value)
    }
  }

  /// log omega_j + log p(x_o | z_j) of every node, o the observed pixels.
  ///
  /// - Parameter observed: nil for all.
  package func terms(_ x: [UInt8], observed: [Bool]? = nil) -> [Double] {
    zip(logWeights, logits).map { logWeight, logits in
      x.indices.reduce(logWeight) { total, pixel in
        guard observed?[pixel] ?? true else { return total }
        return total - softplus(x[pixel] == 0 ? logits[pixel] : -logits[pixel])
      }
    }
  }

  /// log p(x_o) in nats.
  package func logLikelihood(_ x: [UInt8], observed: [Bool]? = nil) -> Double {
    logSumExp(terms(x, observed: observed))
  }

  /// E[x_i] of every pixel.
  package var means: [Double] {
    (0..<shape.pixels).map { pixel in
      zip(logWeights, logits).reduce(0.0) {
        $0 + naturalExponential($1.0) * logistic($1.1[pixel])
      }
    }
  }
}
