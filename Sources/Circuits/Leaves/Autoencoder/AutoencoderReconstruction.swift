import Numerics

/// The decoder's mean at the encoder's mean: p(x_d = 1 | z) at z = E q(z|x), `[pixel][tile]`.
///
/// - Parameter x: `[pixel][tile]`, 0 or 1.
package func autoencoderReconstruction(
  _ shape: AutoencoderShape, parameters: UnsafePointer<Float>, x: UnsafePointer<Float>, tile: Int,
  images: Int, scratch: UnsafeMutablePointer<Float>, into means: UnsafeMutablePointer<Float>
) {
  let p = AutoencoderTensors(parameters, shape)
  let hidden = scratch
  let code = hidden + shape.hidden &* tile
  denseForward(
    weights: p.w1, bias: p.b1, activation: shape.activation, inputs: x,
    inputCount: shape.pixels, outputCount: shape.hidden, tile: tile, images: images,
    into: hidden)
  // The first half of W2 gives the means; the log-variances are not wanted.
  denseForward(
    weights: p.w2, bias: p.b2, activation: nil, inputs: hidden, inputCount: shape.hidden,
    outputCount: shape.latent, tile: tile, images: images, into: code)
  denseForward(
    weights: p.v1, bias: p.c1, activation: shape.activation, inputs: code,
    inputCount: shape.latent, outputCount: shape.hidden, tile: tile, images: images,
    into: hidden)
  denseForward(
    weights: p.v2, bias: p.c2, activation: nil, inputs: hidden, inputCount: shape.hidden,
    outputCount: shape.pixels, tile: tile, images: images, into: means)
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
