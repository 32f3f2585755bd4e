import Numerics

/// The decoder's mean at the encoder's mean: p(x_d = 1 | z) at z = E q(z|x), `[pixel][tile]`.
///
/// - Parameters:
///   - inputs: of pixels with two outcomes.
///   - scratch: `reconstructionScratch` floats.
package func autoencoderReconstruction(
  _ network: AutoencoderNetwork, _ inputs: NetworkInputs, scratch: UnsafeMutablePointer<Float>,
  into means: UnsafeMutablePointer<Float>
) {
  let (shape, p, layout) = (network.shape, network, inputs.layout)
  let (tile, images) = (layout.tile, layout.images)
  let hidden = scratch
  let code = hidden + shape.hidden &* tile
  p.w1.forward(inputs.x, layout, activation: shape.activation, into: hidden)
  // The first half of W2 gives the means; the log-variances are not wanted.
  p.w2.outputs(0..<shape.latent).forward(hidden, layout, into: code)
  p.v1.forward(code, layout, activation: shape.activation, into: hidden)
  p.v2.forward(hidden, layout, into: means)
  let one = Lanes(repeating: 1)
  for d in 0..<shape.pixels {
    var image = 0
    while image < images {
      let logit = load(means + d &* tile, image)
      let e = exponential(-larger(logit, -logit))
      let inverse = one / (one + e)
      let mean = (e * inverse).replacing(with: inverse, where: logit .>= Lanes.zero)
      store(mean, means + d &* tile, image)
      image &+= laneCount
    }
  }
}

/// Floats of scratch that a reconstruction needs for a tile.
package func reconstructionScratch(_ shape: AutoencoderShape, tile: Int) -> Int {
  (shape.hidden + shape.latent) * tile
}
