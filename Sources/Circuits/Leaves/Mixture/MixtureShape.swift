import Numerics

/// The sizes of a continuous mixture: a decoder latent - hidden - logits over fixed nodes.
package struct MixtureShape: Hashable, Sendable {
  package let pixels: Int
  package let hidden: Int
  package let latent: Int
  package let nodes: Int
  package let activation: Activation
  /// Whether every node has a logit of its own weight among the parameters.
  package let learnsWeights: Bool

  package init(
    pixels: Int, hidden: Int, latent: Int, nodes: Int, activation: Activation,
    learnsWeights: Bool
  ) {
    precondition(pixels >= 1 && hidden >= 1 && latent >= 1 && nodes >= 1)
    self.pixels = pixels
    self.hidden = hidden
    self.latent = latent
    self.nodes = nodes
    self.activation = activation
    self.learnsWeights = learnsWeights
  }

  /// Sizes of V1 `[hidden][latent]`, c1, V2 `[pixels][hidden]`, c2 and the nodes' logits.
  package var sizes: [Int] {
    [hidden * latent, hidden, pixels * hidden, pixels, learnsWeights ? nodes : 0]
  }

  package var parameterCount: Int { sizes.reduce(0, +) }

  /// Floats of a row with an entry a node.
  @inline(__always)
  var stride: Int { wholeLanes(nodes) }

  /// Rows that are computed from the parameters once a batch, see `MixtureTable`.
  package var derivedCount: Int { (3 * pixels + hidden + 3) * stride }

  /// Rows that a batch adds up: `[pixel][node]`, the sum over images of flow times responsibility
  /// times pixel, and one more for the sum without the pixel.
  package var statisticCount: Int { (pixels + 1) * stride }

  /// Floats of scratch of one unit and tile: `[tile]` and, for a backward pass, `[tile][node]`.
  package func scratchCount(tile: Int, keepsTerms: Bool) -> Int {
    tile + (keepsTerms ? tile : imageBlock) * stride
  }
}

/// Images whose nodes are computed together.
let imageBlock = 4

/// A log-weight of nothing, for the lanes past the last node: finite, so that it still adds.
let logWeightOfNothing: Float = -1e30

/// The decoder of one unit at a place, and the logits of the nodes behind it.
struct MixtureLayers {
  let v1, v2: DenseLayer
  let nodeLogits: UnsafePointer<Float>

  init(_ parameters: UnsafePointer<Float>, _ shape: MixtureShape) {
    v1 = DenseLayer(parameters, inputs: shape.latent, outputs: shape.hidden)
    v2 = DenseLayer(v1.end, inputs: shape.hidden, outputs: shape.pixels)
    nodeLogits = v2.end
  }
}

/// What is derived of one unit's parameters, in rows of `stride` nodes, which start on vectors if the
/// table does.
///
/// Logits and `-softplus` lie one after the other: with hidden pixels both are multiplied at once.
package struct MixtureTable<Pointer: Strideable> where Pointer.Stride == Int {
  let shape: MixtureShape
  /// `[pixel]`: logits of p(x|z), -log(1 + e^logit) = log p(0|z), and p(1|z).
  let logits, logZero, means: Pointer
  /// `[hidden]`: the decoder's activations.
  let hidden: Pointer
  /// log p(all pixels 0, z), log omega, and omega.
  let bias, logWeights, weights: Pointer

  /// - Parameter start: `shape.derivedCount` floats.
  package init(_ start: Pointer, _ shape: MixtureShape) {
    self.shape = shape
    let stride = shape.stride
    bias = start
    logits = bias.advanced(by: stride)
    logZero = logits.advanced(by: shape.pixels &* stride)
    logWeights = logZero.advanced(by: shape.pixels &* stride)
    weights = logWeights.advanced(by: stride)
    means = weights.advanced(by: stride)
    hidden = means.advanced(by: shape.pixels &* stride)
  }
}

/// A vector at any place: a leaf's share of the derived numbers starts where the one before ends.
@inline(__always)
func loadUnaligned(_ row: UnsafePointer<Float>, _ node: Int) -> Lanes {
  UnsafeRawPointer(row + node).loadUnaligned(as: Lanes.self)
}
