import Numerics

/// The sizes of a small variational autoencoder (Kingma & Welling 2014): encoder pixels - hidden -
/// (means + log-variances), decoder latent - hidden - logits.
package struct AutoencoderShape: Hashable, Sendable {
  package let pixels: Int
  package let hidden: Int
  package let latent: Int
  package let activation: Activation
  /// Decoder outputs per pixel: a logit, or the numbers of an emission.
  package let numbers: Int

  package init(
    pixels: Int, hidden: Int, latent: Int, activation: Activation, numbers: Int = 1
  ) {
    precondition(pixels >= 1 && hidden >= 1 && latent >= 1 && numbers >= 1)
    self.pixels = pixels
    self.numbers = numbers
    self.hidden = hidden
    self.latent = latent
    self.activation = activation
  }

  /// Where each tensor starts: W1 `[hidden][pixels]`, b1, W2 `[2 latent][hidden]` (means first), b2,
  /// V1 `[hidden][latent]`, c1, V2 `[pixel][number][hidden]`, c2.
  package var offsets: [Int] {
    sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// Sizes of the eight tensors.
  package var sizes: [Int] {
    [
      hidden * pixels, hidden, 2 * latent * hidden, 2 * latent, hidden * latent, hidden,
      outputs * hidden, outputs,
    ]
  }

  /// Decoder outputs per region.
  package var outputs: Int { pixels * numbers }

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

/// One network: its sizes, and its layers at a place, in the order of `AutoencoderShape.sizes`.
package struct AutoencoderNetwork {
  package let shape: AutoencoderShape
  let parameters: UnsafePointer<Float>
  /// The encoder's: pixels - hidden - codes.
  let w1, w2: DenseLayer
  /// The decoder's: latent - hidden - outputs.
  let v1, v2: DenseLayer

  /// - Parameter parameters: `shape.parameterCount` floats.
  package init(_ shape: AutoencoderShape, parameters: UnsafePointer<Float>) {
    self.shape = shape
    self.parameters = parameters
    w1 = DenseLayer(parameters, inputs: shape.pixels, outputs: shape.hidden)
    w2 = DenseLayer(w1.end, inputs: shape.hidden, outputs: 2 &* shape.latent)
    v1 = DenseLayer(w2.end, inputs: shape.latent, outputs: shape.hidden)
    v2 = DenseLayer(v1.end, inputs: shape.hidden, outputs: shape.outputs)
  }
}

/// What a network sees of a tile of images.
package struct NetworkInputs {
  /// `[pixel][tile]`: 0 or 1, or level / 255 where there are `levels`.
  package let x: UnsafePointer<Float>
  package let layout: RowLayout
  /// What the decoder speaks of, if not of pixels with two outcomes.
  package let levels: LevelsOfTile?

  package init(x: UnsafePointer<Float>, _ layout: RowLayout, levels: LevelsOfTile? = nil) {
    self.x = x
    self.layout = layout
    self.levels = levels
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

  /// z, sigma epsilon, the decoder's rows, and the log-weight.
  private static func perSample(_ shape: AutoencoderShape) -> Int {
    2 &* shape.latent &+ decoderRows(shape) &+ 1
  }

  /// Hidden and delta, or in their place the gradient with respect to z, which may be longer.
  private static func decoderRows(_ shape: AutoencoderShape) -> Int {
    max(shape.hidden &+ shape.outputs, shape.latent)
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
    decoded(sample) + AutoencoderRows.decoderRows(shape) &* tile
  }
  /// The gradient with respect to z; overwrites the decoder's rows.
  @inline(__always)
  func dZ(_ sample: Int) -> UnsafeMutablePointer<Float> { decoded(sample) }
}

/// Floats of scratch one network needs for a tile.
package func autoencoderScratch(
  _ shape: AutoencoderShape, estimator: AutoencoderEstimator, keepsSamples: Bool, tile: Int
) -> Int {
  AutoencoderRows.count(shape, samples: keepsSamples ? estimator.samples : 1) * tile
}

/// Whether a network has a layer for the library.
package func isLarge(_ shape: AutoencoderShape) -> Bool {
  shape.hidden * max(shape.pixels, 2 * shape.latent) >= largeLayer
}
