import Numerics

/// The sizes of a continuous mixture over values of 256 levels: a decoder latent - hidden - numbers over
/// fixed nodes, whose outputs tell an emission of each value at each node.
package struct LevelMixtureShape: Hashable, Sendable {
  package let values: Int
  /// Numbers of the emission of a value.
  package let numbers: Int
  package let hidden: Int
  package let latent: Int
  package let nodes: Int
  package let activation: Activation
  /// Whether every node has a logit of its own weight among the parameters.
  package let learnsWeights: Bool

  package init(
    values: Int, numbers: Int, hidden: Int, latent: Int, nodes: Int, activation: Activation,
    learnsWeights: Bool
  ) {
    precondition(values >= 1 && numbers >= 1 && hidden >= 1 && latent >= 1 && nodes >= 1)
    self.values = values
    self.numbers = numbers
    self.hidden = hidden
    self.latent = latent
    self.nodes = nodes
    self.activation = activation
    self.learnsWeights = learnsWeights
  }

  package var outputs: Int { values * numbers }

  /// Sizes of V1 `[hidden][latent]`, c1, V2 `[value][number][hidden]`, c2 and the nodes' logits.
  package var sizes: [Int] {
    [hidden * latent, hidden, outputs * hidden, outputs, learnsWeights ? nodes : 0]
  }

  package var parameterCount: Int { sizes.reduce(0, +) }

  /// Floats of a row with an entry a node.
  @inline(__always)
  package var stride: Int { wholeLanes(nodes) }

  /// Of one unit: omega, log omega, the hidden units, and the log-masses `[value][level][node]`.
  package var derivedCount: Int { (2 + hidden + values * byteLevels) * stride }
}

/// The decoder of one unit at a place, and the logits of the nodes behind it.
struct LevelMixtureLayers {
  let v1, v2: DenseLayer
  let nodeLogits: UnsafePointer<Float>

  init(_ parameters: UnsafePointer<Float>, _ shape: LevelMixtureShape) {
    v1 = DenseLayer(parameters, inputs: shape.latent, outputs: shape.hidden)
    v2 = DenseLayer(v1.end, inputs: shape.hidden, outputs: shape.outputs)
    nodeLogits = v2.end
  }

  /// The outputs that tell one value's distribution.
  func value(_ value: Int, _ shape: LevelMixtureShape) -> DenseLayer {
    v2.outputs(value &* shape.numbers..<(value &+ 1) &* shape.numbers)
  }
}

/// What is derived of one unit's parameters, in rows of `stride` nodes that start on vectors.
struct LevelMixtureTable<Pointer: Strideable> where Pointer.Stride == Int {
  let shape: LevelMixtureShape
  let weights, logWeights, hidden, masses: Pointer

  init(_ start: Pointer, _ shape: LevelMixtureShape) {
    self.shape = shape
    weights = start
    logWeights = weights.advanced(by: shape.stride)
    hidden = logWeights.advanced(by: shape.stride)
    masses = hidden.advanced(by: shape.hidden &* shape.stride)
  }
}
