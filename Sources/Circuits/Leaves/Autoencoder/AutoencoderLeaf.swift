import Configuration
import Numerics

/// Variational autoencoders as leaves, a separate network for each unit of each region
/// (Kingma & Welling 2014; Tan & Peharz 2019): Bernoulli pixels given a few latents.
///
/// Parameters `[unit]` of (W1, b1, W2, b2, V1, c1, V2, c2), Xavier-uniform with zero biases. With
/// `importance` the value is a lower bound in expectation: the root is multilinear in leaf values
/// whose noise is independent across regions. With `analytic` it is an estimate, because
/// log-sum-exp is convex in it (manual: Mathematics, Leaves and kinds of likelihood).
package struct AutoencoderLeaf: Leaf {
  package static let kind = "vae"
  package static let parameterName = "vae"
  package let hidden: Int
  package let latent: Int
  package let activation: Activation
  package let estimator: AutoencoderEstimator

  package init(
    hidden: Int = 16, latent: Int = 2, activation: Activation = .tanh,
    estimator: AutoencoderEstimator = .analytic
  ) {
    self.hidden = hidden
    self.latent = latent
    self.activation = activation
    self.estimator = estimator
  }

  /// `value` is `elbo`, `elbo-analytic` or `iwae` with its number of `samples`.
  package init(fields: Fields) {
    let value = fields.word(
      "value", of: ["elbo", "elbo-analytic", "iwae"], default: "elbo-analytic",
      meaning:
        "the number a leaf gives: sampled bound, closed-form bound, or importance-weighted bound")
    let estimator: AutoencoderEstimator =
      switch value {
      case "iwae":
        .importance(
          samples: fields.int(
            "samples", default: 5, in: 1...1_000, meaning: "importance samples of a value"))
      case "elbo": .importance(samples: 1)
      default: .analytic
      }
    let activation = fields.word(
      "activation", of: Activation.allCases.map(\.rawValue), default: Activation.tanh.rawValue,
      meaning: "function between the layers of the networks")
    self.init(
      hidden: fields.int(
        "hidden", default: 16, in: 1...65_536, meaning: "hidden units of encoder and decoder"),
      latent: fields.int(
        "latent", default: 2, in: 1...4_096, meaning: "dimensions of the latent space"),
      activation: Activation(rawValue: activation) ?? .tanh, estimator: estimator)
  }

  package var configuration: ResolvedValue {
    var fields: [String: ResolvedValue] = [
      "kind": .string(Self.kind), "hidden": .integer(hidden), "latent": .integer(latent),
      "activation": .string(activation.rawValue),
    ]
    switch estimator {
    case .analytic: fields["value"] = .string("elbo-analytic")
    case .importance(1): fields["value"] = .string("elbo")
    case .importance(let samples):
      fields["value"] = .string("iwae")
      fields["samples"] = .integer(samples)
    }
    return .mapping(fields)
  }

  package var isVariational: Bool { true }
  package func asked(_ estimator: AutoencoderEstimator) -> any Leaf { with(estimator) }
  package var likelihood: LikelihoodKind { .lowerBound }

  package var likelihoodInMixtures: LikelihoodKind {
    estimator == .analytic ? .estimate : .lowerBound
  }

  /// The same networks, asked in another way.
  package func with(_ estimator: AutoencoderEstimator) -> AutoencoderLeaf {
    AutoencoderLeaf(
      hidden: hidden, latent: latent, activation: activation, estimator: estimator)
  }

  func network(_ shape: LeafShape) -> AutoencoderShape {
    AutoencoderShape(
      pixels: shape.pixels, hidden: hidden, latent: latent, activation: activation)
  }

  package func parameterCount(_ shape: LeafShape) -> Int {
    shape.units * network(shape).parameterCount
  }
  package func derivedCount(_ shape: LeafShape) -> Int { 0 }
  package func statisticCount(_ shape: LeafShape) -> Int { parameterCount(shape) }

  /// The pixels as floats, then each unit's rows.
  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    shape.pixels * tile
      + (isTraining ? shape.units : 1) * unitScratch(shape, tile: tile, isTraining: isTraining)
  }

  /// Weights that leave the caches want many images each time they are fetched.
  package func largestTile(_ shape: LeafShape) -> Int { isLarge(network(shape)) ? 128 : 32 }

  private func unitScratch(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    autoencoderScratch(
      network(shape), estimator: estimator, keepsSamples: isTraining, tile: tile)
  }

  /// Blocks of four normals that all units of a region take for one sample.
  private func noiseBlocks(_ shape: LeafShape) -> Int { (shape.units * latent + 3) / 4 }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    // Weights with (inputs, outputs); biases are 0.
    let layers: [(inputs: Int, outputs: Int)?] = [
      (shape.pixels, hidden), nil, (hidden, 2 * latent), nil, (latent, hidden), nil,
      (hidden, shape.pixels), nil,
    ]
    var index = 0
    for _ in 0..<shape.units {
      for (size, layer) in zip(network.sizes, layers) {
        let limit = layer.map { (6 / Double($0.inputs + $0.outputs)).squareRoot() } ?? 0
        for _ in 0..<size {
          let key = NoiseKey(
            seed: seed, purpose: .initialisation, leaf: leaf + 1, sample: index)
          parameters[index] = Float((2 * key.uniform - 1) * limit)
          index += 1
        }
      }
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {}

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    let network = network(tile.shape)
    let x = tile.scratch
    floatRows(tile.tile, pixels: tile.pixels, images: tile.images, into: x)
    let size = unitScratch(tile.shape, tile: tile.stride, isTraining: tile.isTraining)
    let first = x + tile.shape.pixels * tile.stride
    for unit in 0..<tile.shape.units {
      autoencoderForward(
        network, estimator, parameters: tile.parameters + unit * network.parameterCount, x: x,
        noise: tile.noise, leaf: tile.leaf, firstNoise: unit * latent,
        noiseAUnit: noiseBlocks(tile.shape), tile: tile.stride, images: tile.images,
        keepsSamples: tile.isTraining, scratch: first + (tile.isTraining ? unit * size : 0),
        into: rows + unit * tile.stride)
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    let network = network(tile.shape)
    let size = unitScratch(tile.shape, tile: tile.stride, isTraining: true)
    let first = tile.scratch + tile.shape.pixels * tile.stride
    for unit in 0..<tile.shape.units {
      autoencoderBackward(
        network, estimator, parameters: tile.parameters + unit * network.parameterCount,
        x: tile.scratch, flow: flows + unit * tile.stride, tile: tile.stride,
        images: tile.images, scratch: first + unit * size,
        gradient: statistics + unit * network.parameterCount)
    }
  }

  /// Over the prior of the latents, by a Gauss-Hermite rule of 15 nodes each where that is possible,
  /// else by 1,000 fixed draws: an estimate.
  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let network = AutoencoderReference(network(shape), parameters: parameters, unit: unit)
    var total = [Double](repeating: 0, count: shape.pixels)
    for (z, weight) in priorNodes {
      for (pixel, logit) in network.decode(z).enumerated() {
        total[pixel] += weight * logistic(logit)
      }
    }
    return total
  }

  var priorNodes: [(z: [Double], weight: Double)] {
    let perLatent = 15
    guard QuadratureNodes.count(perLatent: perLatent, latent: latent) != nil else {
      let draws = 1_000
      return (0..<draws).map { draw in
        let z = (0..<latent).map { index -> Double in
          let key = NoiseKey(seed: 0, purpose: .evaluation, image: draw, sample: index / 2)
          return index % 2 == 0 ? key.normals.0 : key.normals.1
        }
        return (z, 1 / Double(draws))
      }
    }
    let nodes = QuadratureNodes(perLatent: perLatent, latent: latent)
    return (0..<nodes.count).map { node in
      let z = (0..<latent).map { Double(nodes.offsets.pointer[node * latent + $0]) }
      // The factors are for densities: the normal's own is taken out of them again.
      let square = z.reduce(0) { $0 + $1 * $1 }
      return (z, naturalExponential(Double(nodes.logFactors.pointer[node]) - square / 2))
    }
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<parameterCount(shape) { gradient[index] = statistics[index] * scale }
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let network = network(shape)
    let z = (0..<latent).map { index -> Float in
      var own = key
      own.sample = UInt32(shape.pixels + index / 2)
      return Float(index % 2 == 0 ? own.normals.0 : own.normals.1)
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: hidden + shape.pixels) { scratch in
      guard let start = scratch.baseAddress else { return }
      let logits = start + hidden
      z.withUnsafeBufferPointer { z in
        guard let z = z.baseAddress else { return }
        autoencoderDecode(
          network, parameters: parameters + unit * network.parameterCount, z: z, hidden: start,
          into: logits)
      }
      for pixel in 0..<shape.pixels {
        var own = key
        own.sample = UInt32(pixel)
        pixels[pixel] = own.uniform < logistic(Double(logits[pixel])) ? 1 : 0
      }
    }
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    let network = AutoencoderReference(
      network(shape), parameters: Array(parameters), unit: unit)
    let blocks = noiseBlocks(shape)
    let draws = (0..<estimator.samples).map { sample in
      let normals = (0..<blocks).flatMap { noise(leaf, sample * blocks + $0) }
      return Array(normals[unit * latent..<(unit + 1) * latent])
    }
    return network.logLikelihood(pixels.map(Double.init), draws: draws, estimator)
  }
}

extension AutoencoderLeaf: CatalogueKind {
  package static let summary =
    "a variational autoencoder a unit; a lower bound"
  package static let example = "{kind: vae, hidden: 16, latent: 2, value: iwae, samples: 5}"
}
