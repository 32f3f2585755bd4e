import Numerics

/// Adds the gradient of the flow-weighted value by every parameter.
///
/// Needs the scratch of `autoencoderForward` with `keepsSamples`.
/// - Parameter flow: `[tile]`; 0 in lanes past the last image.
package func autoencoderBackward(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator,
  parameters: UnsafePointer<Float>, x: UnsafePointer<Float>, levels: LevelsOfTile? = nil,
  flow: UnsafePointer<Float>,
  tile: Int, images: Int, scratch: UnsafeMutablePointer<Float>,
  gradient: UnsafeMutablePointer<Float>
) {
  let p = AutoencoderTensors(parameters, shape)
  let g = AutoencoderTensors(gradient, shape)
  let rows = AutoencoderRows(scratch, shape, tile: tile)
  clear(rows.dCode, count: 2 &* shape.latent &* tile)
  for sample in 0..<estimator.samples {
    weigh(
      shape, estimator, rows, sample: sample, isScored: levels != nil, flow: flow, tile: tile,
      images: images)
    levels?.scoreGradient(
      shape, rows.delta(sample), weights: rows.logWeight(sample), tile: tile, images: images)
    denseAccumulate(
      outputGradients: rows.delta(sample), inputs: rows.decoded(sample),
      inputCount: shape.hidden, outputCount: shape.outputs, tile: tile, images: images,
      weights: g.v2, bias: g.c2)
    denseBackward(
      weights: p.v2, outputGradients: rows.delta(sample), inputCount: shape.hidden,
      outputCount: shape.outputs, tile: tile, images: images, into: rows.dHidden)
    activationBackward(
      shape.activation, activations: rows.decoded(sample), count: shape.hidden, tile: tile,
      images: images, gradients: rows.dHidden)
    denseAccumulate(
      outputGradients: rows.dHidden, inputs: rows.z(sample), inputCount: shape.latent,
      outputCount: shape.hidden, tile: tile, images: images, weights: g.v1, bias: g.c1)
    // Overwrites the decoder's rows, which are no longer needed.
    denseBackward(
      weights: p.v1, outputGradients: rows.dHidden, inputCount: shape.latent,
      outputCount: shape.hidden, tile: tile, images: images, into: rows.dZ(sample))
    addCodeGradient(
      shape, estimator, rows, sample: sample, dz: rows.dZ(sample), tile: tile,
      images: images)
  }
  addPriorGradient(shape, estimator, rows, flow: flow, tile: tile, images: images)
  denseAccumulate(
    outputGradients: rows.dCode, inputs: rows.hidden, inputCount: shape.hidden,
    outputCount: 2 &* shape.latent, tile: tile, images: images, weights: g.w2, bias: g.b2)
  denseBackward(
    weights: p.w2, outputGradients: rows.dCode, inputCount: shape.hidden,
    outputCount: 2 &* shape.latent, tile: tile, images: images, into: rows.dHidden)
  activationBackward(
    shape.activation, activations: rows.hidden, count: shape.hidden, tile: tile,
    images: images, gradients: rows.dHidden)
  denseAccumulate(
    outputGradients: rows.dHidden, inputs: x, inputCount: shape.pixels,
    outputCount: shape.hidden, tile: tile, images: images, weights: g.w1, bias: g.b1)
}

/// The sample's share of the flow, into its log-weight's row; delta times it.
@inline(__always)
private func weigh(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator, _ rows: AutoencoderRows,
  sample: Int, isScored: Bool, flow: UnsafePointer<Float>, tile: Int, images: Int
) {
  let share = Lanes(repeating: 1 / Float(estimator.samples))
  var image = 0
  while image < images {
    var weight = load(flow, image)
    if estimator.samples > 1 {
      weight *= share * exponential(load(rows.logWeight(sample), image) - load(rows.value, image))
    }
    store(weight, rows.logWeight(sample), image)
    for d in 0..<(isScored ? 0 : shape.pixels) {
      let row = rows.delta(sample) + d &* tile
      store(load(row, image) * weight, row, image)
    }
    image &+= laneCount
  }
}

@inline(__always)
private func addCodeGradient(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator, _ rows: AutoencoderRows,
  sample: Int, dz: UnsafePointer<Float>, tile: Int, images: Int
) {
  let half = Lanes(repeating: 0.5)
  for k in 0..<shape.latent {
    let dMean = rows.dCode + k &* tile
    let dLogVariance = rows.dCode + (shape.latent &+ k) &* tile
    var image = 0
    while image < images {
      var d = load(dz + k &* tile, image)
      if case .importance = estimator {
        d -= load(rows.logWeight(sample), image) * load(rows.z(sample) + k &* tile, image)
      }
      store(load(dMean, image) + d, dMean, image)
      let noise = load(rows.noise(sample) + k &* tile, image)
      store(load(dLogVariance, image) + half * d * noise, dLogVariance, image)
      image &+= laneCount
    }
  }
}

/// What does not go through z: -KL in closed form, or -log q's half log-variance.
@inline(__always)
private func addPriorGradient(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator, _ rows: AutoencoderRows,
  flow: UnsafePointer<Float>, tile: Int, images: Int
) {
  let half = Lanes(repeating: 0.5)
  for k in 0..<shape.latent {
    let dMean = rows.dCode + k &* tile
    let dLogVariance = rows.dCode + (shape.latent &+ k) &* tile
    var image = 0
    while image < images {
      let weight = load(flow, image)
      switch estimator {
      case .analytic:
        let mean = load(rows.code + k &* tile, image)
        let sigma = load(rows.spread + k &* tile, image)
        store(load(dMean, image) - weight * mean, dMean, image)
        store(
          load(dLogVariance, image)
            - weight * half * (sigma * sigma - Lanes(repeating: 1)), dLogVariance, image)
      case .importance:
        store(load(dLogVariance, image) + weight * half, dLogVariance, image)
      }
      image &+= laneCount
    }
  }
}
