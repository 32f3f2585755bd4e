import Configuration
import Numerics

/// Continuous mixtures over values of 256 levels: p(x) = sum_j omega_j prod_d p(x_d | z_j), where a
/// decoder tells the numbers of an emission of each value at each node (Correia et al. 2023, eq. 4; see
/// `MixtureLeaf` for binary pixels).
///
/// Exact, whatever is hidden. Parameters `[unit]` of (V1, c1, V2, c2), Xavier-uniform, the biases of the
/// numbers at first the emission's own; with `learnsWeights` a logit a node. Derived is a table of
/// log-masses at every node; a batch's images are noted, not summed: see `LevelNotes`.
package struct LevelMixtureLeaf<Family: Emission>: Leaf, Marginalises, HasModes {
  package static var kind: String { MixtureLeaf.kind }
  package let emission: Family
  package let hidden: Int
  package let activation: Activation
  package let learnsWeights: Bool
  package let nodes: PriorNodes

  package init(
    _ emission: Family, nodes: PriorNodes, hidden: Int = 16, activation: Activation = .tanh,
    learnsWeights: Bool = false
  ) {
    self.emission = emission
    self.nodes = nodes
    self.hidden = hidden
    self.activation = activation
    self.learnsWeights = learnsWeights
  }

  package var traits: LeafTraits {
    .exact(
      name: "\(Self.kind) (\(Family.kind))", parameterName: Self.kind, levels: byteLevels,
      isDensity: emission.isDensity, decodings: nodes.count)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: self, modes: self, reestimation: nil, estimators: nil, encoders: nil)
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  package var configuration: ResolvedValue {
    .mapping([
      "kind": .string(Self.kind), "emission": emission.resolved, "nodes": .integer(nodes.count),
      "rule": .string(nodes.rule.rawValue),
      "nodeWeights": .string(learnsWeights ? "learned" : "fixed"), "hidden": .integer(hidden),
      "latent": .integer(nodes.latent), "activation": .string(activation.rawValue),
    ])
  }

  package func network(_ shape: LeafShape) -> LevelMixtureShape {
    LevelMixtureShape(
      values: shape.pixels, numbers: emission.numbers, hidden: hidden, latent: nodes.latent,
      nodes: nodes.count, activation: activation, learnsWeights: learnsWeights)
  }

  /// Scratch is a row of nodes, for what is asked without notes.
  package func sizes(_ shape: LeafShape) -> LeafSizes {
    let network = network(shape)
    let row = ScratchSize(fixed: network.stride, image: 0)
    return LeafSizes(
      parameters: shape.units * network.parameterCount,
      derived: shape.units * network.derivedCount, statistics: 0,
      scratch: LeafScratch(evaluation: row, training: row),
      noteBytes: LevelNotes.bytes(network, units: shape.units),
      largestTile: LeafSizes.usualTile, isTable: false)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    var index = 0
    func next(_ limit: Double) -> Float {
      let key = NoiseKey(seed: seed, purpose: .initialisation, leaf: leaf + 1, sample: index)
      return Float((2 * key.uniform - 1) * limit)
    }
    func fill(_ count: Int, _ inputs: Int, _ outputs: Int, spread: Double = 1) {
      let limit = spread * (6 / Double(inputs + outputs)).squareRoot()
      for _ in 0..<count {
        parameters[index] = next(limit)
        index += 1
      }
    }
    func put(_ values: some Sequence<Float>) {
      for value in values {
        parameters[index] = value
        index += 1
      }
    }
    for _ in 0..<shape.units {
      fill(hidden * nodes.latent, nodes.latent, hidden)
      put(repeatElement(0, count: hidden))
      // Of one value's numbers: those of all would make the first weights too small to learn by.
      fill(
        network.outputs * hidden, hidden, emission.numbers, spread: emission.initialSpread)
      for _ in 0..<shape.pixels { put(emission.initialBiases) }
      if learnsWeights { put(nodes.logWeights.map { Float($0) }) }
    }
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    for unit in 0..<shape.units {
      levelMixtureDerive(
        network, emission, nodes, parameters: parameters + unit * network.parameterCount,
        into: derived + unit * network.derivedCount)
    }
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    let network = network(tile.shape)
    if let notes = tile.notes { note(tile, network, in: notes) }
    for unit in 0..<tile.shape.units {
      let own = tile.notes?.start.assumingMemoryBound(to: Float.self)
      levelMixtureForward(
        network, derived: tile.derived + unit * network.derivedCount, tile.tile,
        pixels: tile.pixels, observed: tile.observed, images: tile.images,
        keepsTerms: own != nil,
        noteStride: (tile.notes?.stride ?? 0) / MemoryLayout<Float>.stride,
        terms: own.map { $0 + unit * network.stride } ?? tile.scratch,
        into: rows + unit * tile.stride)
    }
  }

  /// The levels of a tile's images, and which of them are seen.
  private func note(_ tile: LeafTile, _ network: LevelMixtureShape, in notes: LeafNotes) {
    let start =
      notes.start + tile.shape.units * network.stride * MemoryLayout<Float>.stride
    for (value, pixel) in tile.pixels.enumerated() {
      let row = tile.tile.row(Int(pixel))
      let seen = tile.observed?.row(Int(pixel))
      for image in 0..<tile.images {
        let place = (start + image * notes.stride).assumingMemoryBound(to: UInt8.self)
        place[value] = row[image]
        place[tile.shape.pixels + value] = seen.map { $0[image] } ?? 1
      }
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into statistics: UnsafeMutablePointer<Float>
  ) {
    guard let notes = tile.notes else { preconditionFailure("a training pass has notes") }
    let network = network(tile.shape)
    for unit in 0..<tile.shape.units {
      levelMixtureWeigh(
        network, flow: flows + unit * tile.stride, images: tile.images,
        noteStride: notes.stride / MemoryLayout<Float>.stride,
        terms: notes.start.assumingMemoryBound(to: Float.self) + unit * network.stride)
    }
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    guard let notes else { preconditionFailure("its gradient is of notes") }
    let network = network(shape)
    let own = LevelNotes(
      network, units: shape.units, start: notes.start, stride: notes.stride, images: notes.images)
    for unit in 0..<shape.units {
      levelMixtureGradient(
        network, emission, nodes, unit: unit,
        parameters: parameters + unit * network.parameterCount,
        derived: derived + unit * network.derivedCount, notes: own, scale: scale,
        into: gradient + unit * network.parameterCount)
    }
  }

  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    let network = network(tile.shape)
    for unit in 0..<tile.shape.units {
      let own = emission.isDensity ? expectations(tile, network, unit: unit) : nil
      levelMixtureAddMeans(
        network, derived: tile.derived + unit * network.derivedCount, tile.tile,
        pixels: tile.pixels, observed: tile.observed, flow: flows + unit * tile.stride,
        images: tile.images, expected: own.map { UnsafePointer($0.pointer) },
        terms: tile.scratch, into: means)
    }
  }

  /// What a density expects at every node, `[value][node]`.
  private func expectations(
    _ tile: LeafTile, _ network: LevelMixtureShape, unit: Int
  ) -> AlignedBuffer<Float> {
    let decoder = reference(tile.shape, unit: unit, parameters: tile.parameters)
    let rows = AlignedBuffer<Float>(count: tile.shape.pixels * network.stride)
    for value in 0..<tile.shape.pixels {
      for node in 0..<nodes.count {
        rows.pointer[value * network.stride + node] =
          Float(emission.mean(decoder.numbers(value: value, node: node)))
      }
    }
    return rows
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    LevelMixtureReference(
      network(shape), emission, nodes, parameters: Array(parameters), unit: unit
    ).logLikelihood(pixels)
  }
}

/// The mixture leaf of a family.
package func levelMixtureLeaf(
  _ emission: some Emission, nodes: PriorNodes, hidden: Int, activation: Activation,
  learnsWeights: Bool
) -> any Leaf {
  LevelMixtureLeaf(
    emission, nodes: nodes, hidden: hidden, activation: activation, learnsWeights: learnsWeights)
}
