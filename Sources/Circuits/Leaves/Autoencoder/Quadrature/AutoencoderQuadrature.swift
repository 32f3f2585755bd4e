import Numerics

/// log p(x_o) of one network for a tile of images by adaptive Gauss-Hermite quadrature over its
/// latents, in nats: an estimate.
///
/// The nodes are laid around the posterior's mode with the curvature there (Pinheiro & Bates 1995);
/// from them come the posterior's mean and covariance, and around those they are laid again (Naylor &
/// Smith 1982), because a posterior of few pixels is skewed.
/// - Parameters:
///   - x: `[pixel][tile]`, 0 or 1; hidden pixels are not read.
///   - observed: the pixels that are seen, ascending; nil for all, and only then is the encoder
///     asked. Without any the value is 0.
///   - scratch: `quadratureScratch` floats.
///   - row: `[tile]`, the value.
package func autoencoderQuadrature(
  _ shape: AutoencoderShape, _ nodes: QuadratureNodes, parameters: UnsafePointer<Float>,
  x: UnsafePointer<Float>, observed: UnsafeBufferPointer<Int32>? = nil, tile: Int, images: Int,
  scratch: UnsafeMutablePointer<Float>, into row: UnsafeMutablePointer<Float>
) {
  precondition(nodes.latent == shape.latent)
  let tensors = AutoencoderTensors(parameters, shape)
  let rows = QuadratureRows(scratch, shape, tile: tile)
  if observed == nil {
    encode(shape, tensors, x, rows, tile: tile, images: images)
  }
  PosteriorModes(
    shape: shape, tensors: tensors, x: x, observed: observed, rows: rows, tile: tile,
    images: images
  ).find()
  let integral = NodeIntegral(
    shape: shape, tensors: tensors, nodes: nodes, x: x, observed: observed, rows: rows,
    tile: tile, images: images)
  integral.layAroundMode()
  integral.sum(withMoments: true)
  integral.layAroundMean()
  integral.sum(withMoments: false)
  var image = 0
  while image < images {
    store(
      load(rows.largest, image) + logarithm(load(rows.total, image))
        + load(rows.logDeterminant, image), row, image)
    image &+= laneCount
  }
}

@inline(__always)
private func encode(
  _ shape: AutoencoderShape, _ p: AutoencoderTensors<UnsafePointer<Float>>,
  _ x: UnsafePointer<Float>, _ rows: QuadratureRows, tile: Int, images: Int
) {
  denseForward(
    weights: p.w1, bias: p.b1, activation: shape.activation, inputs: x,
    inputCount: shape.pixels, outputCount: shape.hidden, tile: tile, images: images,
    into: rows.encoded)
  denseForward(
    weights: p.w2, bias: p.b2, activation: nil, inputs: rows.encoded, inputCount: shape.hidden,
    outputCount: 2 &* shape.latent, tile: tile, images: images, into: rows.code)
}

/// Hidden units and logits of the decoder at z.
func decode(
  _ shape: AutoencoderShape, _ p: AutoencoderTensors<UnsafePointer<Float>>, _ rows: QuadratureRows,
  tile: Int, images: Int
) {
  denseForward(
    weights: p.v1, bias: p.c1, activation: shape.activation, inputs: rows.z,
    inputCount: shape.latent, outputCount: shape.hidden, tile: tile, images: images,
    into: rows.decoded)
  denseForward(
    weights: p.v2, bias: p.c2, activation: nil, inputs: rows.decoded, inputCount: shape.hidden,
    outputCount: shape.pixels, tile: tile, images: images, into: rows.logits)
}
