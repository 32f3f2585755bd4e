import Numerics

/// One network over a tile of images: forward, then backward, by rows of scratch that both work in.
package struct AutoencoderPass {
  let network: AutoencoderNetwork
  let estimator: AutoencoderEstimator
  let inputs: NetworkInputs
  let rows: AutoencoderRows

  var shape: AutoencoderShape { network.shape }

  /// - Parameter scratch: `autoencoderScratch` floats.
  package init(
    _ network: AutoencoderNetwork, _ estimator: AutoencoderEstimator, _ inputs: NetworkInputs,
    scratch: UnsafeMutablePointer<Float>
  ) {
    self.network = network
    self.estimator = estimator
    self.inputs = inputs
    rows = AutoencoderRows(scratch, network.shape, tile: inputs.layout.tile)
  }
}

/// The normals that one network's codes are drawn with.
package struct CodeNoise {
  let noise: TileNoise
  /// The leaf region's number.
  let leaf: Int
  /// Which of the normals of (image, leaf, sample) are this network's: networks of one leaf share the
  /// blocks four normals come in.
  let first: Int
  /// Blocks of four normals that all networks of the leaf take for one sample.
  let blocks: Int

  package init(_ noise: TileNoise, leaf: Int, first: Int, blocks: Int) {
    self.noise = noise
    self.leaf = leaf
    self.first = first
    self.blocks = blocks
  }
}

extension AutoencoderPass {
  /// The network's value, in nats.
  ///
  /// - Parameters:
  ///   - keepsSamples: whether a backward pass follows; without it any number of samples takes the
  ///     scratch of one.
  ///   - row: `[tile]`, the value.
  package func forward(
    _ noise: CodeNoise, keepsSamples: Bool, into row: UnsafeMutablePointer<Float>
  ) {
    let (shape, p, layout) = (self.shape, network, inputs.layout)
    p.w1.forward(inputs.x, layout, activation: shape.activation, into: rows.hidden)
    p.w2.forward(rows.hidden, layout, into: rows.code)
    fillSpread()
    for sample in 0..<estimator.samples {
      let s = keepsSamples ? sample : 0
      drawCode(noise, number: sample, into: s)
      p.v1.forward(rows.z(s), layout, activation: shape.activation, into: rows.decoded(s))
      p.v2.forward(rows.decoded(s), layout, into: rows.delta(s))
      inputs.levels?.score(rows.delta(s), numbers: shape.numbers, layout, into: rows.logWeight(s))
      score(sample: s, isFirst: sample == 0, keepsDelta: keepsSamples)
    }
    finish(into: row)
  }

  /// Standard deviations of the codes.
  private func fillSpread() {
    let (shape, rows) = (self.shape, self.rows)
    let (tile, images) = (inputs.layout.tile, inputs.layout.images)
    for k in 0..<shape.latent {
      var image = 0
      while image < images {
        let logVariance = load(rows.code + (shape.latent &+ k) &* tile, image)
        store(
          exponential(boundedHalf(logVariance)), rows.spread + k &* tile, image)
        image &+= laneCount
      }
    }
  }

  /// z = mean + sigma epsilon.
  ///
  /// - Parameters:
  ///   - number: the sample's, part of the key of its noise.
  ///   - sample: whose rows it goes to.
  @inline(__always)
  private func drawCode(_ own: CodeNoise, number: Int, into sample: Int) {
    let (latent, first) = (shape.latent, own.first)
    let images = inputs.layout.images
    var image = 0
    while image < images {
      var k = 0
      while k < latent {
        let block = own.noise.words(
          lane: image, leaf: own.leaf, sample: number &* own.blocks &+ (first &+ k) &>> 2)
        // Normals come in pairs; what other networks take of the block is not computed here.
        repeat {
          let at = (first &+ k) & 3
          let pair = own.noise.normals(block, pair: at &>> 1)
          if at & 1 == 0 {
            place(pair.0, sample: sample, latent: k, image)
            k &+= 1
          }
          if k < latent {
            place(pair.1, sample: sample, latent: k, image)
            k &+= 1
          }
        } while k < latent && (first &+ k) & 3 != 0
      }
      image &+= laneCount
    }
  }

  @inline(__always)
  private func place(_ normal: Lanes, sample: Int, latent k: Int, _ image: Int) {
    let tile = inputs.layout.tile
    let scaled = normal * load(rows.spread + k &* tile, image)
    store(scaled, rows.noise(sample) + k &* tile, image)
    store(scaled + load(rows.code + k &* tile, image), rows.z(sample) + k &* tile, image)
  }

  /// Log-weight of a sample, added to the running log-sum; with `keepsDelta` logits become x - p. What is
  /// scored already lies in the log-weight's row.
  private func score(sample: Int, isFirst: Bool, keepsDelta: Bool) {
    let (shape, estimator, rows) = (self.shape, self.estimator, self.rows)
    let (tile, images) = (inputs.layout.tile, inputs.layout.images)
    let isScored = inputs.levels != nil
    let pixels = BernoulliRows(
      x: inputs.x, logits: rows.delta(sample), pixels: shape.pixels, tile: tile)
    let half = Lanes(repeating: 0.5)
    let one = Lanes(repeating: 1)
    var image = 0
    while image < images {
      var total =
        isScored
        ? load(rows.logWeight(sample), image)
        : keepsDelta ? pixels.score(image) : pixels.logLikelihood(image)
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
  private func finish(into row: UnsafeMutablePointer<Float>) {
    let (tile, images) = (inputs.layout.tile, inputs.layout.images)
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
}

/// A log-variance of more than e^60 or less than e^-60 is no variance.
@_transparent
private func boundedHalf(_ logVariance: Lanes) -> Lanes {
  let limit = Lanes(repeating: 30)
  let half = logVariance * Lanes(repeating: 0.5)
  return -larger(-larger(half, -limit), -limit)
}
