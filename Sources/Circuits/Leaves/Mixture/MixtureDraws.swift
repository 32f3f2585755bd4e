import Numerics

/// Draws pixels of one unit: a node by its posterior given the observed pixels (its weight, if there
/// are none), then each hidden pixel by itself.
///
/// - Parameters:
///   - derived: see `mixtureDerive`.
///   - key: pixel d takes its number d, the node the one after the last pixel.
///   - observed: which of `pixels` are given and stay.
package func mixtureSample(
  _ shape: MixtureShape, derived: UnsafePointer<Float>, key: NoiseKey,
  observed: UnsafeBufferPointer<Bool>, into pixels: UnsafeMutableBufferPointer<UInt8>
) {
  let table = MixtureTable(derived, shape)
  let terms = logPosterior(shape, table, observed: observed, pixels: UnsafeBufferPointer(pixels))
  let total = logSumExp(terms)
  var own = key
  own.sample = UInt32(shape.pixels)
  let node = drawn(terms.map { naturalExponential($0 - total) }, own.uniform)
  for pixel in 0..<shape.pixels where !observed[pixel] {
    own.sample = UInt32(pixel)
    let logit = Double(table.logits[pixel &* shape.stride &+ node])
    pixels[pixel] = own.uniform < logistic(logit) ? 1 : 0
  }
}

/// Sets the hidden pixels to those of the most probable pair of node and pixels; returns the log of
/// its probability, the observed pixels' included. Ties go to the lowest node, and to pixel value 0.
package func mixtureMaximise(
  _ shape: MixtureShape, derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
  into pixels: UnsafeMutableBufferPointer<UInt8>
) -> Double {
  let table = MixtureTable(derived, shape)
  let terms = logPosterior(shape, table, observed: observed, pixels: UnsafeBufferPointer(pixels))
  var (best, largest) = (0, -Double.infinity)
  for (node, term) in terms.enumerated() {
    var total = term
    for pixel in 0..<shape.pixels where !observed[pixel] {
      let logit = Double(table.logits[pixel &* shape.stride &+ node])
      total -= softplus(-abs(logit))
    }
    if total > largest { (best, largest) = (node, total) }
  }
  for pixel in 0..<shape.pixels where !observed[pixel] {
    pixels[pixel] = table.logits[pixel &* shape.stride &+ best] > 0 ? 1 : 0
  }
  return largest
}

/// log omega_j + log p(x_o | z_j), `[node]`.
private func logPosterior(
  _ shape: MixtureShape, _ table: MixtureTable<UnsafePointer<Float>>,
  observed: UnsafeBufferPointer<Bool>, pixels: UnsafeBufferPointer<UInt8>
) -> [Double] {
  (0..<shape.nodes).map { node in
    var total = Double(table.logWeights[node])
    for pixel in 0..<shape.pixels where observed[pixel] {
      let logit = Double(table.logits[pixel &* shape.stride &+ node])
      total -= softplus(pixels[pixel] == 0 ? logit : -logit)
    }
    return total
  }
}
