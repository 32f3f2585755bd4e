import Numerics

/// Logits of p(x|z) for one z: what a sampler needs, where the tiles of the forward pass have no use.
///
/// - Parameters:
///   - z: `[latent]`.
///   - hidden: scratch, `[hidden]`.
///   - logits: `[pixel]`.
package func autoencoderDecode(
  _ shape: AutoencoderShape, parameters: UnsafePointer<Float>, z: UnsafePointer<Float>,
  hidden: UnsafeMutablePointer<Float>, into logits: UnsafeMutablePointer<Float>
) {
  let p = AutoencoderNetwork(shape, parameters: parameters)
  for unit in 0..<shape.hidden {
    let sum = p.v1.bias[unit] + dot(p.v1.weights + unit &* shape.latent, z, count: shape.latent)
    hidden[unit] = shape.activation(sum)
  }
  for pixel in 0..<shape.pixels {
    logits[pixel] =
      p.v2.bias[pixel] + dot(p.v2.weights + pixel &* shape.hidden, hidden, count: shape.hidden)
  }
}

extension Activation {
  /// One value, by the library's functions.
  fileprivate func callAsFunction(_ x: Float) -> Float {
    switch self {
    case .tanh: Float(2 * logistic(2 * Double(x)) - 1)
    case .relu: max(x, 0)
    case .softplus: Float(Numerics.softplus(Double(x)))
    }
  }
}

private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  var total = Lanes.zero
  var index = 0
  while index &+ laneCount <= count {
    total = total.addingProduct(unaligned(a + index), unaligned(b + index))
    index &+= laneCount
  }
  var rest: Float = 0
  while index < count {
    rest += a[index] * b[index]
    index &+= 1
  }
  return sum(total) + rest
}

@inline(__always)
private func unaligned(_ start: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(start).loadUnaligned(as: Lanes.self)
}
