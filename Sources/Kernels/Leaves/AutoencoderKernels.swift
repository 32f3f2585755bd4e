/// The sizes of a small variational autoencoder (Kingma & Welling 2014): encoder pixels - hidden -
/// (means + log-variances), decoder latent - hidden - logits.
package struct AutoencoderShape: Hashable, Sendable {
  package let pixels: Int
  package let hidden: Int
  package let latent: Int
  package let activation: Activation

  package init(pixels: Int, hidden: Int, latent: Int, activation: Activation) {
    precondition(pixels >= 1 && hidden >= 1 && latent >= 1)
    self.pixels = pixels
    self.hidden = hidden
    self.latent = latent
    self.activation = activation
  }

  /// Where each tensor starts: W1 `[hidden][pixels]`, b1, W2 `[2 latent][hidden]` (means first), b2,
  /// V1 `[hidden][latent]`, c1, V2 `[pixels][hidden]`, c2.
  package var offsets: [Int] {
    sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// Sizes of the eight tensors.
  package var sizes: [Int] {
    [
      hidden * pixels, hidden, 2 * latent * hidden, 2 * latent, hidden * latent, hidden,
      pixels * hidden, pixels,
    ]
  }

  package var parameterCount: Int { sizes.reduce(0, +) }
}

/// How a variational autoencoder's value is estimated.
package enum AutoencoderEstimator: Hashable, Sendable {
  /// One sample for the reconstruction, the KL divergence in closed form.
  case analytic
  /// log mean over `samples` of p(x|z) p(z) / q(z|x) (Burda et al. 2016, eq. 8); one is the ELBO.
  case importance(samples: Int)

  package var samples: Int {
    switch self {
    case .analytic: 1
    case .importance(let samples): samples
    }
  }
}

/// The eight tensors of one network at a place.
struct AutoencoderTensors<Pointer: Strideable> where Pointer.Stride == Int {
  let w1, b1, w2, b2, v1, c1, v2, c2: Pointer

  init(_ start: Pointer, _ shape: AutoencoderShape) {
    let (d, h, l) = (shape.pixels, shape.hidden, shape.latent)
    w1 = start
    b1 = w1.advanced(by: h &* d)
    w2 = b1.advanced(by: h)
    b2 = w2.advanced(by: 2 &* l &* h)
    v1 = b2.advanced(by: 2 &* l)
    c1 = v1.advanced(by: h &* l)
    v2 = c1.advanced(by: h)
    c2 = v2.advanced(by: d &* h)
  }
}

/// Scratch of one network for one tile, in rows of `tile` floats.
struct AutoencoderRows {
  let hidden, code, spread, value, dHidden, dCode: UnsafeMutablePointer<Float>
  private let firstSample: UnsafeMutablePointer<Float>
  private let sampleStride: Int
  private let shape: AutoencoderShape
  private let tile: Int

  /// Rows of a network: what all samples share, then each sample's.
  static func count(_ shape: AutoencoderShape, samples: Int) -> Int {
    2 &* shape.hidden &+ 4 &* shape.latent &+ shape.latent &+ 2 &+ samples &* perSample(shape)
  }

  /// z, sigma epsilon, hidden, delta, and the log-weight.
  private static func perSample(_ shape: AutoencoderShape) -> Int {
    2 &* shape.latent &+ shape.hidden &+ shape.pixels &+ 1
  }

  init(_ start: UnsafeMutablePointer<Float>, _ shape: AutoencoderShape, tile: Int) {
    hidden = start
    code = hidden + shape.hidden &* tile
    spread = code + 2 &* shape.latent &* tile
    value = spread + shape.latent &* tile
    dHidden = value + 2 &* tile
    dCode = dHidden + shape.hidden &* tile
    firstSample = dCode + 2 &* shape.latent &* tile
    sampleStride = AutoencoderRows.perSample(shape) &* tile
    self.shape = shape
    self.tile = tile
  }

  @inline(__always)
  func z(_ sample: Int) -> UnsafeMutablePointer<Float> { firstSample + sample &* sampleStride }
  @inline(__always)
  func noise(_ sample: Int) -> UnsafeMutablePointer<Float> {
    z(sample) + shape.latent &* tile
  }
  @inline(__always)
  func decoded(_ sample: Int) -> UnsafeMutablePointer<Float> {
    z(sample) + 2 &* shape.latent &* tile
  }
  @inline(__always)
  func delta(_ sample: Int) -> UnsafeMutablePointer<Float> {
    decoded(sample) + shape.hidden &* tile
  }
  @inline(__always)
  func logWeight(_ sample: Int) -> UnsafeMutablePointer<Float> {
    delta(sample) + shape.pixels &* tile
  }
}

/// Floats of scratch one network needs for a tile.
package func autoencoderScratch(
  _ shape: AutoencoderShape, estimator: AutoencoderEstimator, keepsSamples: Bool, tile: Int
) -> Int {
  AutoencoderRows.count(shape, samples: keepsSamples ? estimator.samples : 1) * tile
}

/// The value of one network for a tile of images, in nats.
///
/// - Parameters:
///   - x: `[pixel][tile]`, 0 or 1.
///   - keepsSamples: whether a backward pass follows; without it any number of samples takes the
///     scratch of one.
///   - firstNoise: which of the normals of (image, leaf, sample) are this network's: networks of
///     one leaf share the blocks four normals come in.
///   - row: `[tile]`, the value.
package func autoencoderForward(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator,
  parameters: UnsafePointer<Float>, x: UnsafePointer<Float>, noise: TileNoise, leaf: Int,
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
      inputCount: shape.hidden, outputCount: shape.pixels, tile: tile, images: images,
      into: rows.delta(s))
    score(
      shape, estimator, rows, sample: s, isFirst: sample == 0, x: x, tile: tile, images: images)
  }
  finish(estimator, rows, tile: tile, images: images, into: row)
}

/// A log-variance of more than e^60 or less than e^-60 is no variance.
@inline(__always)
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
      let at = first &+ k
      let block = noise.normals(
        lane: image, leaf: leaf, sample: number &* aUnit &+ at &>> 2)
      for place in at & 3..<4 where k < shape.latent {
        let normal = place == 0 ? block.0 : place == 1 ? block.1 : place == 2 ? block.2 : block.3
        let scaled = normal * load(rows.spread + k &* tile, image)
        store(scaled, rows.noise(sample) + k &* tile, image)
        store(scaled + load(rows.code + k &* tile, image), rows.z(sample) + k &* tile, image)
        k &+= 1
      }
    }
    image &+= laneCount
  }
}

/// Log-weight of a sample, added to the running log-sum; logits become x - p.
private func score(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator, _ rows: AutoencoderRows,
  sample: Int, isFirst: Bool, x: UnsafePointer<Float>, tile: Int, images: Int
) {
  let half = Lanes(repeating: 0.5)
  let one = Lanes(repeating: 1)
  var image = 0
  while image < images {
    var total = bernoulliScore(shape.pixels, x, rows.delta(sample), tile: tile, image)
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

/// sum_d log Bernoulli(x_d; logit_d); the logits' rows become the gradient x_d - p_d.
@inline(__always)
private func bernoulliScore(
  _ pixels: Int, _ x: UnsafePointer<Float>, _ logits: UnsafeMutablePointer<Float>, tile: Int,
  _ image: Int
) -> Lanes {
  let one = Lanes(repeating: 1)
  var total = Lanes.zero
  // One logarithm for many pixels: the product of up to 32 factors of at most 2 cannot overflow.
  var product = one
  for d in 0..<pixels {
    let logit = load(logits + d &* tile, image)
    let value = load(x + d &* tile, image)
    let e = exponential(-larger(logit, -logit))
    let inverse = one / (one + e)
    let probability = (e * inverse).replacing(with: inverse, where: logit .>= Lanes.zero)
    // log p(x) = x logit - max(logit, 0) - log(1 + e).
    total += value * logit - larger(logit, .zero)
    product *= one + e
    if d & 31 == 31 {
      total -= logarithm(product)
      product = one
    }
    store(value - probability, logits + d &* tile, image)
  }
  return total - logarithm(product)
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

/// Adds the gradient of the flow-weighted value by every parameter.
///
/// Needs the scratch of `autoencoderForward` with `keepsSamples`.
/// - Parameter flow: `[tile]`; 0 in lanes past the last image.
package func autoencoderBackward(
  _ shape: AutoencoderShape, _ estimator: AutoencoderEstimator,
  parameters: UnsafePointer<Float>, x: UnsafePointer<Float>, flow: UnsafePointer<Float>,
  tile: Int, images: Int, scratch: UnsafeMutablePointer<Float>,
  gradient: UnsafeMutablePointer<Float>
) {
  let p = AutoencoderTensors(parameters, shape)
  let g = AutoencoderTensors(gradient, shape)
  let rows = AutoencoderRows(scratch, shape, tile: tile)
  clear(rows.dCode, count: 2 &* shape.latent &* tile)
  for sample in 0..<estimator.samples {
    weigh(shape, estimator, rows, sample: sample, flow: flow, tile: tile, images: images)
    denseAccumulate(
      outputGradients: rows.delta(sample), inputs: rows.decoded(sample),
      inputCount: shape.hidden, outputCount: shape.pixels, tile: tile, images: images,
      weights: g.v2, bias: g.c2)
    denseBackward(
      weights: p.v2, outputGradients: rows.delta(sample), inputCount: shape.hidden,
      outputCount: shape.pixels, tile: tile, images: images, into: rows.dHidden)
    activationBackward(
      shape.activation, activations: rows.decoded(sample), count: shape.hidden, tile: tile,
      images: images, gradients: rows.dHidden)
    denseAccumulate(
      outputGradients: rows.dHidden, inputs: rows.z(sample), inputCount: shape.latent,
      outputCount: shape.hidden, tile: tile, images: images, weights: g.v1, bias: g.c1)
    // The decoder's rows are done with: the gradient by z goes where delta was.
    denseBackward(
      weights: p.v1, outputGradients: rows.dHidden, inputCount: shape.latent,
      outputCount: shape.hidden, tile: tile, images: images, into: rows.decoded(sample))
    addCodeGradient(
      shape, estimator, rows, sample: sample, dz: rows.decoded(sample), tile: tile,
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
  sample: Int, flow: UnsafePointer<Float>, tile: Int, images: Int
) {
  let share = Lanes(repeating: 1 / Float(estimator.samples))
  var image = 0
  while image < images {
    var weight = load(flow, image)
    if estimator.samples > 1 {
      weight *= share * exponential(load(rows.logWeight(sample), image) - load(rows.value, image))
    }
    store(weight, rows.logWeight(sample), image)
    for d in 0..<shape.pixels {
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
