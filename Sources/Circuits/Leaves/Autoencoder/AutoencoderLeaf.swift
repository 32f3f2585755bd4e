import Configuration
import Numerics

/// Variational autoencoders as leaves, a separate network for each unit of each region
/// (Kingma & Welling 2014; Tan & Peharz 2019): binary pixels, or values of 256 levels, given a few
/// latents.
///
/// Parameters `[unit]` of (W1, b1, W2, b2, V1, c1, V2, c2), Xavier-uniform with zero biases; V2 is
/// `[value][number][hidden]`, and the biases of an emission's numbers are at first its own. Encoders
/// of levels see level / 255. With `importance` the value is a lower bound in expectation: the root is multilinear in leaf values
/// whose noise is independent across regions. With `analytic` it is an estimate, because
/// log-sum-exp is convex in it (manual: Mathematics, Leaves and kinds of likelihood).
package struct AutoencoderLeaf: Leaf {
  package static let kind = "vae"
  package let hidden: Int
  package let latent: Int
  package let activation: Activation
  /// What it is trained by.
  package let estimator: AutoencoderEstimator
  /// Nodes that values are estimated at instead; nil for `estimator`'s own.
  private(set) var quadrature: QuadratureNodes?
  package private(set) var values: DecodedValues

  /// - Parameter emission: of values of 256 levels; nil for binary pixels.
  package init(
    hidden: Int = 16, latent: Int = 2, activation: Activation = .tanh,
    estimator: AutoencoderEstimator = .analytic, emission: (any Emission)? = nil
  ) {
    self.hidden = hidden
    self.latent = latent
    self.activation = activation
    self.estimator = estimator
    values = DecodedValues(emission)
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
    return values.configuration(fields)
  }

  package var traits: LeafTraits {
    let isBoundInMixtures = quadrature == nil && estimator != .analytic
    return LeafTraits(
      name: values.name(of: Self.kind), parameterName: Self.kind,
      likelihood: quadrature == nil ? .lowerBound : .estimate,
      likelihoodInMixtures: isBoundInMixtures ? .lowerBound : .estimate,
      levels: values.levels, isDensity: values.isDensity, isNoisy: quadrature == nil,
      decodings: quadrature?.count ?? estimator.samples)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: quadrature == nil ? nil : AutoencoderMarginals(networks: self), modes: nil,
      reestimation: nil, centres: nil, estimators: self,
      encoders: values.emission == nil ? self : nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  /// The same networks, estimated in another way.
  package func with(_ estimator: AutoencoderEstimator) -> AutoencoderLeaf {
    AutoencoderLeaf(
      hidden: hidden, latent: latent, activation: activation, estimator: estimator,
      emission: values.emission)
  }

  /// The same networks over values of an emission.
  package func with(emission: any Emission) -> AutoencoderLeaf {
    var other = self
    other.values = DecodedValues(emission)
    return other
  }

  /// The same networks at nodes of a quadrature, which is for binary pixels.
  func with(_ nodes: QuadratureNodes) -> AutoencoderLeaf {
    var other = self
    other.quadrature = nodes
    return other
  }

  func network(_ shape: LeafShape) -> AutoencoderShape {
    AutoencoderShape(
      pixels: shape.pixels, hidden: hidden, latent: latent, activation: activation,
      numbers: values.numbers)
  }

  /// Scratch is the pixels as floats, then each unit's rows.
  package func sizes(_ shape: LeafShape) -> LeafSizes {
    let network = network(shape)
    let parameters = shape.units * network.parameterCount
    let isWide = values.emission == nil && isLarge(network)
    let scratch = LeafScratch(
      evaluation: ScratchSize(
        fixed: 0, image: shape.pixels + unitScratch(shape, tile: 1, isTraining: false)),
      training: ScratchSize(
        fixed: 0,
        image: shape.pixels + shape.units * unitScratch(shape, tile: 1, isTraining: true)))
    return LeafSizes(
      parameters: parameters, derived: 0, statistics: parameters,
      scratch: quadrature == nil ? scratch : quadratureScratch(shape), noteBytes: 0,
      // Weights that leave the caches want many images each time they are fetched.
      largestTile: isWide ? 128 : LeafSizes.usualTile, isTable: false)
  }

  private func unitScratch(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    autoencoderScratch(
      network(shape), estimator: estimator, keepsSamples: isTraining, tile: tile)
  }

  /// Blocks of four normals that all units of a region take for one sample.
  private func noiseBlocks(_ shape: LeafShape) -> Int { (shape.units * latent + 3) / 4 }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    var network = NetworkInitialiser(
      seed: seed, leaf: leaf, values: values, into: parameters)
    for _ in 0..<shape.units {
      network.layer(inputs: shape.pixels, outputs: hidden)
      network.layer(inputs: hidden, outputs: 2 * latent)
      network.layer(inputs: latent, outputs: hidden)
      network.outputLayer(inputs: hidden, values: shape.pixels)
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {}

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    if let quadrature { return integrate(tile, quadrature, into: rows) }
    let levels = levels(tile)
    if let levels {
      levels.lay(into: tile.scratch)
    } else {
      floatRows(tile.values, into: tile.scratch)
    }
    for unit in 0..<tile.shape.units {
      let noise = CodeNoise(
        tile.noise, leaf: tile.leaf, first: unit * latent, blocks: noiseBlocks(tile.shape))
      pass(tile, levels, unit: unit).forward(
        noise, keepsSamples: tile.isTraining, into: rows + unit * tile.stride)
    }
  }

  /// One unit's network over a tile whose pixels lie at the start of its scratch.
  private func pass(_ tile: LeafTile, _ levels: LevelsOfTile?, unit: Int) -> AutoencoderPass {
    let network = network(tile.shape)
    let size = unitScratch(tile.shape, tile: tile.stride, isTraining: tile.isTraining)
    let first = tile.scratch + tile.shape.pixels * tile.stride
    return AutoencoderPass(
      AutoencoderNetwork(network, parameters: tile.parameters + unit * network.parameterCount),
      estimator, NetworkInputs(x: tile.scratch, tile.layout, levels: levels),
      scratch: first + (tile.isTraining ? unit * size : 0))
  }

  /// Nil for binary pixels.
  private func levels(_ tile: LeafTile) -> LevelsOfTile? {
    values.emission.map { LevelsOfTile($0, tile.values) }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    precondition(quadrature == nil, "quadrature has no gradient")
    precondition(tile.isTraining)
    let levels = levels(tile)
    let size = network(tile.shape).parameterCount
    for unit in 0..<tile.shape.units {
      pass(tile, levels, unit: unit).backward(
        flow: flows + unit * tile.stride, into: statistics + unit * size)
    }
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let count = region.shape.units * network(region.shape).parameterCount
    for index in 0..<count { gradient[index] = statistics[index] * scale }
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    let network = AutoencoderReference(
      network(shape), parameters: Array(parameters), unit: unit)
    if let quadrature {
      return network.quadratureLogLikelihood(
        pixels.map(Double.init), nodes: quadrature.perLatent)
    }
    let blocks = noiseBlocks(shape)
    let draws = (0..<estimator.samples).map { sample in
      let normals = (0..<blocks).flatMap { noise(leaf, sample * blocks + $0) }
      return Array(normals[unit * latent..<(unit + 1) * latent])
    }
    guard let emission = values.emission else {
      return network.logLikelihood(pixels.map(Double.init), draws: draws, estimator)
    }
    return network.logLikelihood(
      pixels.map { Double($0) / 255 }, draws: draws, estimator
    ) { outputs in
      pixels.enumerated().reduce(0) {
        $0
          + emission.logProbability(
            Array(numbers(outputs, $1.offset)), level: Int($1.element))
      }
    }
  }

  /// What the decoder outputs for one value.
  func numbers(_ outputs: [Double], _ value: Int) -> ArraySlice<Double> {
    outputs[value * values.numbers..<(value + 1) * values.numbers]
  }
}

extension AutoencoderLeaf: CatalogueKind {
  package static let summary =
    "a variational autoencoder a unit; a lower bound"
  package static let example = "{kind: vae, hidden: 16, latent: 2, value: iwae, samples: 5}"
}
