import Configuration
import Numerics

/// Variational autoencoders over values of 256 levels: as `AutoencoderLeaf`, whose decoder tells the
/// numbers of an emission of each value instead of a logit.
///
/// The encoder sees level / 255. Parameters as there, V2 `[value][number][hidden]`; the biases of the
/// numbers are at first the emission's own.
package struct LevelAutoencoderLeaf<Family: Emission>: Leaf, Estimates {
  package static var kind: String { AutoencoderLeaf.kind }
  package let emission: Family
  /// Sizes and estimator.
  package let networks: AutoencoderLeaf

  package init(_ emission: Family, networks: AutoencoderLeaf) {
    self.emission = emission
    self.networks = networks
  }

  package var traits: LeafTraits {
    networks.traits(
      name: "\(Self.kind) (\(Family.kind))", levels: byteLevels, isDensity: emission.isDensity)
  }

  package var capabilities: LeafCapabilities {
    LeafCapabilities(
      marginals: nil, modes: nil, reestimation: nil, estimators: self, encoders: nil)
  }

  /// Quadrature is for binary pixels alone.
  package func leaf(estimatedBy estimator: LatentEstimator) -> (any Leaf)? {
    guard case .encoder(let wanted) = estimator else { return nil }
    return LevelAutoencoderLeaf(emission, networks: networks.with(wanted))
  }

  package func complaint(_ shape: LeafShape) -> String? { nil }

  package var configuration: ResolvedValue {
    var fields = networks.configuration.mapping ?? [:]
    fields["emission"] = emission.resolved
    return .mapping(fields)
  }

  private func network(_ shape: LeafShape) -> AutoencoderShape {
    AutoencoderShape(
      pixels: shape.pixels, hidden: networks.hidden, latent: networks.latent,
      activation: networks.activation, numbers: emission.numbers)
  }

  package func sizes(_ shape: LeafShape) -> LeafSizes {
    networks.sizes(shape, network(shape), largestTile: LeafSizes.usualTile)
  }

  private func unitScratch(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    autoencoderScratch(
      network(shape), estimator: networks.estimator, keepsSamples: isTraining, tile: tile)
  }

  private func noiseBlocks(_ shape: LeafShape) -> Int {
    (shape.units * networks.latent + 3) / 4
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    let network = network(shape)
    let (hidden, latent) = (networks.hidden, networks.latent)
    let biases = (0..<shape.pixels).flatMap { _ in emission.initialBiases }
    let limits: [Double?] = [
      limit(shape.pixels, hidden), nil, limit(hidden, 2 * latent), nil, limit(latent, hidden),
      nil, emission.initialSpread * limit(hidden, emission.numbers), nil,
    ]
    var index = 0
    for _ in 0..<shape.units {
      for (tensor, (size, limit)) in zip(network.sizes, limits).enumerated() {
        for place in 0..<size {
          let key = NoiseKey(
            seed: seed, purpose: .initialisation, leaf: leaf + 1, sample: index)
          parameters[index] =
            limit.map { Float((2 * key.uniform - 1) * $0) } ?? (tensor == 7 ? biases[place] : 0)
          index += 1
        }
      }
    }
  }

  private func limit(_ inputs: Int, _ outputs: Int) -> Double {
    (6 / Double(inputs + outputs)).squareRoot()
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {}

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    let network = network(tile.shape)
    let levels = LevelsOfTile(emission, tile.tile, pixels: tile.pixels)
    levels.lay(images: tile.images, into: tile.scratch)
    let size = unitScratch(tile.shape, tile: tile.stride, isTraining: tile.isTraining)
    let first = tile.scratch + tile.shape.pixels * tile.stride
    for unit in 0..<tile.shape.units {
      autoencoderForward(
        network, networks.estimator,
        parameters: tile.parameters + unit * network.parameterCount, x: tile.scratch,
        levels: levels, noise: tile.noise, leaf: tile.leaf, firstNoise: unit * networks.latent,
        noiseAUnit: noiseBlocks(tile.shape), tile: tile.stride, images: tile.images,
        keepsSamples: tile.isTraining, scratch: first + (tile.isTraining ? unit * size : 0),
        into: rows + unit * tile.stride)
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into statistics: UnsafeMutablePointer<Float>
  ) {
    let network = network(tile.shape)
    let levels = LevelsOfTile(emission, tile.tile, pixels: tile.pixels)
    let size = unitScratch(tile.shape, tile: tile.stride, isTraining: true)
    let first = tile.scratch + tile.shape.pixels * tile.stride
    for unit in 0..<tile.shape.units {
      autoencoderBackward(
        network, networks.estimator,
        parameters: tile.parameters + unit * network.parameterCount, x: tile.scratch,
        levels: levels, flow: flows + unit * tile.stride, tile: tile.stride,
        images: tile.images, scratch: first + unit * size,
        gradient: statistics + unit * network.parameterCount)
    }
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let count = shape.units * network(shape).parameterCount
    for index in 0..<count { gradient[index] = statistics[index] * scale }
  }

  /// Over the prior of the latents, as `AutoencoderLeaf` does: an estimate.
  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    let reference = AutoencoderReference(network(shape), parameters: parameters, unit: unit)
    var means = Array(repeating: 0.0, count: shape.pixels)
    for (z, weight) in networks.priorNodes {
      let spoken = reference.decode(z)
      for value in means.indices {
        means[value] += weight * emission.mean(numbers(spoken, value))
      }
    }
    return means
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let reference = AutoencoderReference(network(shape), parameters: parameters, unit: unit)
    var own = key
    let z = (0..<networks.latent).map { index -> Double in
      own.sample = UInt32(shape.pixels + index / 2)
      return index % 2 == 0 ? own.normals.0 : own.normals.1
    }
    let spoken = reference.decode(z)
    for value in 0..<shape.pixels {
      own.sample = UInt32(value)
      pixels[value] = emission.draw(numbers(spoken, value), own)
    }
  }

  private func numbers(_ spoken: [Double], _ value: Int) -> [Double] {
    Array(spoken[value * emission.numbers..<(value + 1) * emission.numbers])
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    let reference = AutoencoderReference(
      network(shape), parameters: Array(parameters), unit: unit)
    let (blocks, latent) = (noiseBlocks(shape), networks.latent)
    let draws = (0..<networks.estimator.samples).map { sample in
      let normals = (0..<blocks).flatMap { noise(leaf, sample * blocks + $0) }
      return Array(normals[unit * latent..<(unit + 1) * latent])
    }
    return reference.logLikelihood(
      pixels.map { Double($0) / 255 }, draws: draws, networks.estimator
    ) { spoken in
      pixels.enumerated().reduce(0) {
        $0 + emission.logProbability(numbers(spoken, $1.offset), level: Int($1.element))
      }
    }
  }
}

/// The leaf of variational autoencoders of a family.
package func levelAutoencoderLeaf(
  _ emission: some Emission, networks: AutoencoderLeaf
) -> any Leaf {
  LevelAutoencoderLeaf(emission, networks: networks)
}
