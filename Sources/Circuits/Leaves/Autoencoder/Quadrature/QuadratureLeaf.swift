import Configuration
import Numerics

/// The networks of an `AutoencoderLeaf`, asked by adaptive quadrature over their latents instead of
/// by samples: an estimate without noise, whose error is far below the gap of a bound.
///
/// For evaluation only: it has no gradient, and no pipeline can train with it.
package struct QuadratureLeaf: Leaf {
  package static let kind = AutoencoderLeaf.kind
  package static let parameterName = AutoencoderLeaf.parameterName
  /// What can be asked for: one node is Laplace's approximation, not a quadrature.
  package static let nodesPerLatent = 2...64

  private let networks: AutoencoderLeaf
  private let nodes: QuadratureNodes

  /// - Throws: `QuadratureFault` where `nodes` to the power of the latents are more than 4,096.
  package init(of networks: AutoencoderLeaf, nodes: Int) throws {
    precondition(Self.nodesPerLatent.contains(nodes))
    guard QuadratureNodes.count(perLatent: nodes, latent: networks.latent) != nil else {
      throw QuadratureFault(nodes: nodes, latent: networks.latent)
    }
    self.networks = networks
    self.nodes = QuadratureNodes(perLatent: nodes, latent: networks.latent)
  }

  package var likelihood: LikelihoodKind { .estimate }
  package var hidesPixels: Bool { true }
  package var configuration: ResolvedValue { networks.configuration }

  package func parameterCount(_ shape: LeafShape) -> Int { networks.parameterCount(shape) }
  package func derivedCount(_ shape: LeafShape) -> Int { networks.derivedCount(shape) }
  package func statisticCount(_ shape: LeafShape) -> Int { networks.statisticCount(shape) }
  package func largestTile(_ shape: LeafShape) -> Int { networks.largestTile(shape) }

  /// The pixels as floats, a row of values, then one unit's rows.
  package func scratchCount(_ shape: LeafShape, tile: Int, isTraining: Bool) -> Int {
    (shape.pixels + 1) * tile + quadratureScratch(networks.network(shape), tile: tile)
  }

  package func initialise(
    _ shape: LeafShape, seed: Int, leaf: Int, into parameters: UnsafeMutablePointer<Float>
  ) {
    networks.initialise(shape, seed: seed, leaf: leaf, into: parameters)
  }

  package func derive(
    _ shape: LeafShape, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    networks.derive(shape, parameters: parameters, into: derived)
  }

  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    floatRows(tile.tile, pixels: tile.pixels, images: tile.images, into: tile.scratch)
    guard let mask = tile.observed else {
      for unit in 0..<tile.shape.units {
        integrate(tile, unit: unit, observed: nil, into: rows + unit * tile.stride)
      }
      return
    }
    forEachPattern(of: tile, mask) { observed, images in
      let values = tile.scratch + tile.shape.pixels * tile.stride
      for unit in 0..<tile.shape.units {
        integrate(tile, unit: unit, observed: observed, into: values)
        for image in images { rows[unit * tile.stride + image] = values[image] }
      }
    }
  }

  private func integrate(
    _ tile: LeafTile, unit: Int, observed: UnsafeBufferPointer<Int32>?,
    into row: UnsafeMutablePointer<Float>
  ) {
    let network = networks.network(tile.shape)
    autoencoderQuadrature(
      network, nodes, parameters: tile.parameters + unit * network.parameterCount,
      x: tile.scratch, observed: observed, tile: tile.stride, images: tile.images,
      scratch: tile.scratch + (tile.shape.pixels + 1) * tile.stride, into: row)
  }

  /// The kernel takes one set of observed pixels: images that show the same are asked together, so
  /// that a mask shared by all costs one pass.
  private func forEachPattern(
    of tile: LeafTile, _ mask: PixelTile,
    _ body: (_ observed: UnsafeBufferPointer<Int32>?, _ images: [Int]) -> Void
  ) {
    var patterns: [[Int32]: [Int]] = [:]
    for image in 0..<tile.images {
      let seen = tile.pixels.indices.filter { mask.row(Int(tile.pixels[$0]))[image] != 0 }
      patterns[seen.map(Int32.init), default: []].append(image)
    }
    // Whichever comes first, an image's value is the same: that of its own pattern.
    for (pattern, images) in patterns {
      pattern.withUnsafeBufferPointer {
        body(pattern.count == tile.pixels.count ? nil : $0, images)
      }
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("quadrature has no gradient")
  }

  package func means(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>
  ) -> [Double] {
    networks.means(shape, unit: unit, parameters: parameters)
  }

  package func gradient(
    _ shape: LeafShape, parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("quadrature has no gradient")
  }

  package func sample(
    _ shape: LeafShape, unit: Int, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, key: NoiseKey,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    networks.sample(
      shape, unit: unit, parameters: parameters, derived: derived, key: key, into: pixels)
  }

  package func referenceLogLikelihood(
    _ shape: LeafShape, unit: Int, parameters: ArraySlice<Double>, pixels: [UInt8],
    leaf: Int, noise: (_ leaf: Int, _ sample: Int) -> [Double]
  ) -> Double {
    AutoencoderReference(networks.network(shape), parameters: Array(parameters), unit: unit)
      .quadratureLogLikelihood(pixels.map(Double.init), nodes: nodes.perLatent)
  }
}

/// More nodes than a quadrature can have (exit code 78).
package struct QuadratureFault: Fault {
  let nodes: Int
  let latent: Int
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "likelihood 'quadrature:\(nodes)': \(nodes) nodes for each of the model's \(latent) latents are "
      + "more than \(QuadratureNodes.limit) in all; \(wayOut)"
  }

  private var wayOut: String {
    let most = QuadratureLeaf.nodesPerLatent.last {
      QuadratureNodes.count(perLatent: $0, latent: latent) != nil
    }
    return most.map { "ask for at most quadrature:\($0), or for iwae:S" } ?? "ask for iwae:S"
  }
}
