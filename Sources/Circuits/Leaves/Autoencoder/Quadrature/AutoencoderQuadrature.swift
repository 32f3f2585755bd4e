import Numerics

/// log p(x_o) of one network for a tile of images by adaptive Gauss-Hermite quadrature over its
/// latents, in nats: an estimate.
///
/// The nodes are laid around the posterior's mode with the curvature there (Pinheiro & Bates 1995);
/// from them come the posterior's mean and covariance, and around those they are laid again (Naylor &
/// Smith 1982), because a posterior of few pixels is skewed.
/// - Parameters:
///   - inputs: pixels with two outcomes; hidden ones are not read.
///   - observed: the pixels that are seen, ascending; nil for all, and only then is the encoder
///     asked. Without any the value is 0.
///   - scratch: `quadratureScratch` floats.
///   - row: `[tile]`, the value.
package func autoencoderQuadrature(
  _ network: AutoencoderNetwork, _ nodes: QuadratureNodes, _ inputs: NetworkInputs,
  observed: UnsafeBufferPointer<Int32>? = nil, scratch: UnsafeMutablePointer<Float>,
  into row: UnsafeMutablePointer<Float>
) {
  precondition(nodes.latent == network.shape.latent)
  let (tile, images) = (inputs.layout.tile, inputs.layout.images)
  let rows = QuadratureRows(scratch, network.shape, tile: tile)
  if observed == nil { encode(network, inputs, rows) }
  PosteriorModes(
    network: network, x: inputs.x, observed: observed, rows: rows, tile: tile, images: images
  ).find()
  let integral = NodeIntegral(
    network: network, nodes: nodes, x: inputs.x, observed: observed, rows: rows, tile: tile,
    images: images)
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
private func encode(_ network: AutoencoderNetwork, _ inputs: NetworkInputs, _ rows: QuadratureRows)
{
  network.w1.forward(
    inputs.x, inputs.layout, activation: network.shape.activation, into: rows.encoded)
  network.w2.forward(rows.encoded, inputs.layout, into: rows.code)
}

/// Hidden units and logits of the decoder at z.
func decode(_ network: AutoencoderNetwork, _ rows: QuadratureRows, _ layout: RowLayout) {
  network.v1.forward(rows.z, layout, activation: network.shape.activation, into: rows.decoded)
  network.v2.forward(rows.decoded, layout, into: rows.logits)
}
