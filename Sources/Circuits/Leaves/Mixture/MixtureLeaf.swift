import Configuration
import Numerics

/// Continuous mixtures as leaves, a decoder of its own for each unit of each region:
/// p(x) = sum_j omega_j p(x | z_j) over fixed nodes z_j of a standard normal prior (Correia, Gala,
/// Quaeghebeur, de Campos & Peharz 2023, eq. 4), Bernoulli pixels given z.
///
/// Not an approximation of an integral but a distribution itself: normalised and exact, without an
/// encoder. The decoder runs at the nodes once a batch. Parameters `[unit]` of (V1, c1, V2, c2),
/// Xavier-uniform with zero biases; with `learnsWeights` a logit a node, at first the logarithm of
/// the rule's weight.
package struct MixtureLeaf: Leaf, Marginalises, HasModes {
  package static let kind = "mixture"
  package let hidden: Int
  package let activation: Activation
  package let learnsWeights: Bool
  package let nodes: PriorNodes

  package init(
    nodes: PriorNodes = PriorNodes(.quantile, count: 64, latent: 2), hidden: Int = 16,
    activation: Activation = .tanh, learnsWeights: Bool = false
  ) {
    self.nodes = nodes
    self.hidden = hidden
    self.activation = activation
    self.learnsWeights = learnsWeights
  }

  package var latent: Int { nodes.latent }

  package var traits: LeafTraits {
    .exact(
      name: Self.kind, parameterName: Self.kind, levels: 2, isDensity: false,
      decodings: nodes.count)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: self, reestimation: nil, estimators: nil, encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  package var configuration: ResolvedValue {
    .mapping([
      "kind": .string(Self.kind), "nodes": .integer(nodes.count),
      "rule": .string(nodes.rule.rawValue),
      "nodeWeights": .string(learnsWeights ? "learned" : "fixed"), "hidden": .integer(hidden),
      "latent": .integer(latent), "activation": .string(activation.rawValue),
    ])
  }

  package func network(_ shape: LeafShape) -> MixtureShape {
    MixtureShape(
      pixels: shape.pixels, hidden: hidden, latent: latent, nodes: nodes.count,
      activation: activation, learnsWeights: learnsWeights)
  }

  /// Scratch is the pixels (and which are seen), then each unit's rows, then those of a backward pass.
  package func sizes(_ shape: LeafShape) -> LeafSizes {
    let network = network(shape)
    let unit = network.scratchCount(tile: 1, keepsTerms: true)
    return LeafSizes(
      parameters: shape.units * network.parameterCount,
      derived: shape.units * network.derivedCount,
      statistics: shape.units * network.statisticCount,
      scratch: LeafScratch(
        evaluation: ScratchSize(
          fixed: network.scratchCount(tile: 0, keepsTerms: false), image: 2 * shape.pixels + 1),
        training: ScratchSize(
          fixed: 0,
          image: 2 * shape.pixels + shape.units * unit + mixtureWeightRows(network))),
      noteBytes: 0, largestTile: LeafSizes.usualTile, isTable: false)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    // Weights with (inputs, outputs); biases are 0.
    let layers: [(inputs: Int, outputs: Int)?] = [
      (latent, hidden), nil, (hidden, shape.pixels), nil,
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
      guard learnsWeights else { continue }
      for logWeight in nodes.logWeights {
        parameters[index] = Float(logWeight)
        index += 1
      }
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    for unit in 0..<shape.units {
      mixtureDerive(
        network, nodes, parameters: parameters + unit * network.parameterCount,
        into: derived + unit * network.derivedCount)
    }
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    for unit in 0..<shape.units {
      mixtureGradient(
        network, nodes, parameters: parameters + unit * network.parameterCount,
        derived: derived + unit * network.derivedCount,
        statistics: statistics + unit * network.statisticCount, scale: scale,
        into: gradient + unit * network.parameterCount)
    }
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    MixtureReference(network(shape), nodes, parameters: parameters, unit: unit).means
  }

  /// A node by its weight, then every pixel by itself.
  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let network = network(shape)
    mixtureSample(
      network, derived: derived + unit * network.derivedCount, key: key, observed: nil,
      into: pixels)
  }

  package func sampleHidden(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let network = network(shape)
    mixtureSample(
      network, derived: derived + unit * network.derivedCount, key: key, observed: observed,
      into: pixels)
  }

  package func maximise(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    let network = network(shape)
    return mixtureMaximise(
      network, derived: derived + unit * network.derivedCount, observed: observed, into: pixels)
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    MixtureReference(network(shape), nodes, parameters: Array(parameters), unit: unit)
      .logLikelihood(pixels)
  }
}
