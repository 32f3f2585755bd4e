import Configuration
import Numerics

/// Continuous mixtures as leaves, a decoder of its own for each unit of each region:
/// p(x) = sum_j omega_j p(x | z_j) over fixed nodes z_j of a standard normal prior (Correia, Gala,
/// Quaeghebeur, de Campos & Peharz 2023, eq. 4), binary pixels or values of 256 levels given z.
///
/// Not an approximation of an integral but a distribution itself: normalised and exact, without an
/// encoder. The decoder runs at the nodes once a batch. Parameters `[unit]` of (V1, c1, V2, c2),
/// Xavier-uniform with zero biases, those of an emission's numbers at first its own; with
/// `learnsWeights` a logit a node, at first the logarithm of the rule's weight.
///
/// Binary pixels have logits at every node and statistics; values of levels have a table of log-masses
/// at every node, and a batch's images are noted: see `LevelNotes`.
package struct MixtureLeaf: Leaf, Marginalises, HasModes, BeginsAtCentres {
  package static let kind = "mixture"
  package let hidden: Int
  package let activation: Activation
  package let learnsWeights: Bool
  package let nodes: PriorNodes
  package private(set) var values: DecodedValues

  /// - Parameter emission: of values of 256 levels; nil for binary pixels.
  package init(
    nodes: PriorNodes = PriorNodes(.quantile, count: 64, latent: 2), hidden: Int = 16,
    activation: Activation = .tanh, learnsWeights: Bool = false,
    emission: (any Emission)? = nil
  ) {
    self.nodes = nodes
    self.hidden = hidden
    self.activation = activation
    self.learnsWeights = learnsWeights
    values = DecodedValues(emission)
  }

  /// The same decoders over values of an emission.
  package func with(emission: any Emission) -> MixtureLeaf {
    var other = self
    other.values = DecodedValues(emission)
    return other
  }

  package var latent: Int { nodes.latent }

  package var traits: LeafTraits {
    .exact(
      name: values.name(of: Self.kind), parameterName: Self.kind, levels: values.levels,
      isDensity: values.isDensity, decodings: nodes.count)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: self, reestimation: nil,
      centres: values.emission == nil ? self : nil, estimators: nil, encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  package var configuration: ResolvedValue {
    values.configuration([
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

  package func sizes(_ shape: LeafShape) -> LeafSizes {
    values.emission.map { levelSizes(shape, $0) } ?? binarySizes(shape)
  }

  /// Scratch is the pixels (and which are seen), then each unit's rows, then those of a backward pass.
  private func binarySizes(_ shape: LeafShape) -> LeafSizes {
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
    var network = NetworkInitialiser(
      seed: seed, leaf: leaf, values: values, into: parameters)
    for _ in 0..<shape.units {
      network.layer(inputs: latent, outputs: hidden)
      network.outputLayer(inputs: hidden, values: shape.pixels)
      if learnsWeights { for logWeight in nodes.logWeights { network.put(Float(logWeight)) } }
    }
  }

  /// Sets each output bias so that the weighted mean of a pixel's logits over the nodes is the logit of its
  /// centre. The drawn weights stay.
  package func begin(
    _ shape: LeafShape, at centres: UnsafePointer<Float>,
    into parameters: UnsafeMutablePointer<Float>
  ) {
    precondition(values.emission == nil, "only decoders of binary pixels begin at centres")
    let network = network(shape)
    let firstBias = network.sizes[..<3].reduce(0, +)
    withAlignedRows(network.derivedCount) { derived in
      let table = MixtureTable(derived, network)
      for unit in 0..<shape.units {
        let own = parameters + unit * network.parameterCount
        mixtureDerive(network, nodes, parameters: own, into: derived)
        for pixel in 0..<shape.pixels {
          let logits = table.logits + pixel * network.stride
          let mean = (0..<network.nodes).reduce(0.0) {
            $0 + Double(table.weights[$1]) * Double(logits[$1])
          }
          let wanted = firstLogit(Double(centres[unit * shape.pixels + pixel]))
          own[firstBias + pixel] += Float(wanted - mean)
        }
      }
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    if let emission = values.emission {
      return levelDerive(shape, emission, parameters: parameters, into: derived)
    }
    let network = network(shape)
    for unit in 0..<shape.units {
      mixtureDerive(
        network, nodes, parameters: parameters + unit * network.parameterCount,
        into: derived + unit * network.derivedCount)
    }
  }

  package func gradient(
    _ region: LeafRegion, statistics: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    if let emission = values.emission {
      return levelGradient(region, emission, notes: notes, scale: scale, into: gradient)
    }
    let network = network(region.shape)
    for unit in 0..<region.shape.units {
      mixtureGradient(
        MixtureTable(region.derived + unit * network.derivedCount, network), nodes,
        parameters: region.parameters + unit * network.parameterCount,
        statistics: statistics + unit * network.statisticCount, scale: scale,
        into: gradient + unit * network.parameterCount)
    }
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    if let emission = values.emission {
      return levelMeans(shape, emission, unit: unit, parameters: parameters)
    }
    return MixtureReference(network(shape), nodes, parameters: parameters, unit: unit).means
  }

  /// A node by its weight, then every pixel by itself.
  package func sample(
    _ region: LeafRegion, unit: Int, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    sampleAllAsHidden(region, unit: unit, key: key, into: pixels)
  }

  /// A node by its posterior, then every hidden pixel by itself.
  package func sampleHidden(
    _ region: LeafRegion, unit: Int, key: NoiseKey, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    if let emission = values.emission {
      let seen = LevelEvidence(observed: observed, pixels: pixels)
      return levelSampleHidden(region, emission, unit: unit, key: key, given: seen)
    }
    let network = network(region.shape)
    mixtureSample(
      network, derived: region.derived + unit * network.derivedCount, key: key,
      observed: observed, into: pixels)
  }

  package func maximise(
    _ region: LeafRegion, unit: Int, observed: UnsafeBufferPointer<Bool>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Double {
    if let emission = values.emission {
      let seen = LevelEvidence(observed: observed, pixels: pixels)
      return levelMaximise(region, emission, unit: unit, given: seen)
    }
    let network = network(region.shape)
    return mixtureMaximise(
      network, derived: region.derived + unit * network.derivedCount, observed: observed,
      into: pixels)
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    if let emission = values.emission {
      return LevelMixtureReference(
        levelNetwork(shape, emission), emission, nodes, parameters: Array(parameters), unit: unit
      ).logLikelihood(pixels)
    }
    return MixtureReference(network(shape), nodes, parameters: Array(parameters), unit: unit)
      .logLikelihood(pixels)
  }
}

/// The logit of a probability, at least -12 and at most 12, so that it is finite for 0 and 1.
private func firstLogit(_ probability: Double) -> Double {
  let logit = naturalLogarithm(probability) - naturalLogarithm(1 - probability)
  return min(max(logit, -12), 12)
}
