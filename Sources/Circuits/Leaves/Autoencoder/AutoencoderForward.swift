import Numerics

/// The value of one network for a tile of images, in nats.
///
/// - Parameters:
///   - x: `[pixel][tile]`, 0 or 1, or level / 255 where there are `levels`.
///   - levels: what the decoder speaks of, if not of pixels with two outcomes.
///   - keepsSamples: whether a backward pass follows; without it any number of samples takes the
///     scratch of one.
///   - firstNoise: which of the normals of (image, leaf, sample) are this network's: networks of
///     one leaf share the blocks four normals come in.
///   - row: `[tile]`, the value.
package func autoencoderForward(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator,
  parameters: UnsafePointer<Float>, x: UnsafePointer<Float>, levels: LevelsOfTile? = nil,
  noise: TileNoise, leaf: Int,
  firstNoise: Int, noiseAUnit: Int, tile: Int, images: Int, keepsSamples: Bool,
  scratch: UnsafeMutablePointer<Float>, into row: UnsafeMutablePointer<Float>
) {
  let p = AutoencoderTensors(parameters, shape)
  let rows = AutoencoderRows(scratch, shape, tile: tile)
  denseForward(
    weights: p.w1, bias: p.b1, activation: shape.activation, inputs: x,
    inputCount: shape.pixels, outputCount: shape.hidden, tile: tile, images: images,
    into: rows.hidden)
  denseForward(
    weights: p.w2, bias: p.b2, activation: nil, inputs: rows.hidden, inputCount: shape.hidden,
    outputCount: 2 &* shape.latent, tile: tile, images: images, into: rows.code)
  for k in 0..<shape.latent {
    var image = 0
    while image < images {
      let logVariance = load(rows.code + (shape.latent &+ k) &* tile, image)
      store(
        exponential(boundedHalf(logVariance)), rows.spread + k &* tile, image)
      image &+= laneCount
    }
  }
  for sample in 0..<estimator.samples {
    let s = keepsSamples ? sample : 0
    drawCode(
      shape, rows, sample: s, noise: noise, leaf: leaf, number: sample, first: firstNoise,
      aUnit: noiseAUnit, tile: tile, images: images)
    denseForward(
      weights: p.v1, bias: p.c1, activation: shape.activation, inputs: rows.z(s),
      inputCount: shape.latent, outputCount: shape.hidden, tile: tile, images: images,
      into: rows.decoded(s))
    denseForward(
      weights: p.v2, bias: p.c2, activation: nil, inputs: rows.decoded(s),
      inputCount: shape.hidden, outputCount: shape.outputs, tile: tile, images: images,
      into: rows.delta(s))
    levels?.score(
      shape, rows.delta(s), tile: tile, images: images, into: rows.logWeight(s))
    score(
      shape, estimator, rows, sample: s, isFirst: sample == 0, keepsDelta: keepsSamples,
      isScored: levels != nil, x: x, tile: tile, images: images)
  }
  finish(estimator, rows, tile: tile, images: images, into: row)
}

/// A log-variance of more than e^60 or less than e^-60 is no variance.
@_transparent
private func boundedHalf(_ logVariance: Lanes) -> Lanes {
  let limit = Lanes(repeating: 30)
  let half = logVariance * Lanes(repeating: 0.5)
  return -larger(-larger(half, -limit), -limit)
}

/// z = mean + sigma epsilon.
@inline(__always)
private func drawCode(
  _ shape: AutoencoderShape, _ rows: AutoencoderRows, sample: Int, noise: TileNoise, leaf: Int,
  number: Int, first: Int, aUnit: Int, tile: Int, images: Int
) {
  var image = 0
  while image < images {
    var k = 0
    while k < shape.latent {
      let block = noise.words(
        lane: image, leaf: leaf, sample: number &* aUnit &+ (first &+ k) &>> 2)
      // Normals come in pairs; what other networks take of the block is not computed here.
      repeat {
        let at = (first &+ k) & 3
        let pair = noise.normals(block, pair: at &>> 1)
        if at & 1 == 0 {
          place(pair.0, rows, sample: sample, latent: k, tile: tile, image)
          k &+= 1
        }
        if k < shape.latent {
          place(pair.1, rows, sample: sample, latent: k, tile: tile, image)
          k &+= 1
        }
      } while k < shape.latent && (first &+ k) & 3 != 0
    }
    image &+= laneCount
  }
}

@inline(__always)
private func place(
  _ normal: Lanes, _ rows: AutoencoderRows, sample: Int, latent k: Int, tile: Int, _ image: Int
) {
  let scaled = normal * load(rows.spread + k &* tile, image)
  store(scaled, rows.noise(sample) + k &* tile, image)
  store(scaled + load(rows.code + k &* tile, image), rows.z(sample) + k &* tile, image)
}

/// Log-weight of a sample, added to the running log-sum; with `keepsDelta` logits become x - p. What is
/// scored already lies in the log-weight's row.
private func score(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator, _ rows: AutoencoderRows,
  sample: Int, isFirst: Bool, keepsDelta: Bool, isScored: Bool, x: UnsafePointer<Float>,
  tile: Int, images: Int
) {
  let half = Lanes(repeating: 0.5)
  let one = Lanes(repeating: 1)
  var image = 0
  while image < images {
    let logits = rows.delta(sample)
    var total =
      isScored
      ? load(rows.logWeight(sample), image)
      : keepsDelta
        ? bernoulliScore(shape.pixels, x, logits, tile: tile, image)
        : bernoulliLogLikelihood(shape.pixels, nil, x, logits, tile: tile, image)
    for k in 0..<shape.latent {
      let mean = load(rows.code + k &* tile, image)
      let logVariance = boundedHalf(load(rows.code + (shape.latent &+ k) &* tile, image)) * 2
      let sigma = load(rows.spread + k &* tile, image)
      switch estimator {
      case .analytic:
        // -KL(N(mean, sigma^2) || N(0, 1)).
        total += half * (one + logVariance - mean * mean - sigma * sigma)
      case .importance:
        // log p(z) - log q(z|x): the constants cancel.
        let z = load(rows.z(sample) + k &* tile, image)
        let epsilon = load(rows.noise(sample) + k &* tile, image) / sigma
        total += half * (epsilon * epsilon + logVariance - z * z)
      }
    }
    store(total, rows.logWeight(sample), image)
    if isFirst {
      store(total, rows.value, image)
      store(one, rows.value + tile, image)
    } else {
      // log-sum-exp with the largest so far.
      let largest = load(rows.value, image)
      let next = larger(largest, total)
      let sum = load(rows.value + tile, image) * exponential(largest - next)
      store(next, rows.value, image)
      store(sum + exponential(total - next), rows.value + tile, image)
    }
    image &+= laneCount
  }
}

@inline(__always)
private func finish(
  _ estimator: AutoencoderEstimator, _ rows: AutoencoderRows, tile: Int, images: Int,
  into row: UnsafeMutablePointer<Float>
) {
  let samples = Float(naturalLogarithm(Double(estimator.samples)))
  var image = 0
  while image < images {
    let value =
      load(rows.value, image) + logarithm(load(rows.value + tile, image))
      - Lanes(repeating: samples)
    store(value, row, image)
    store(value, rows.value, image)
    image &+= laneCount
  }
}
