import Configuration
import Numerics

extension AutoencoderLeaf {
  /// Nodes a latent that can be asked for: one node is Laplace's approximation, not a quadrature.
  package static let nodesPerLatent = 2...64

  /// The same networks, estimated by adaptive quadrature over their latents instead of by samples: an
  /// estimate without noise, whose error is far below the gap of a bound. For evaluation only.
  ///
  /// - Throws: `QuadratureFault` where `nodes` to the power of the latents are more than 4,096.
  package func byQuadrature(nodes: Int) throws -> AutoencoderLeaf {
    precondition(Self.nodesPerLatent.contains(nodes) && values.emission == nil)
    guard QuadratureNodes.count(perLatent: nodes, latent: latent) != nil else {
      throw QuadratureFault(nodes: nodes, latent: latent)
    }
    return with(QuadratureNodes(perLatent: nodes, latent: latent))
  }

  /// The pixels as floats, a row of values, then one unit's own.
  func quadratureScratch(_ shape: LeafShape) -> LeafScratch {
    let network = network(shape)
    let fixed = Circuits.quadratureScratch(network, tile: 0)
    let rows = Circuits.quadratureScratch(network, tile: 1) - fixed
    return LeafScratch(
      evaluation: ScratchSize(fixed: fixed, image: shape.pixels + 1 + rows),
      training: ScratchSize(fixed: 0, image: 0))
  }

  func integrate(
    _ tile: LeafTile, _ nodes: QuadratureNodes, into rows: UnsafeMutablePointer<Float>
  ) {
    floatRows(tile.values, into: tile.scratch)
    guard let mask = tile.observed else {
      for unit in 0..<tile.shape.units {
        integrate(tile, nodes, unit: unit, observed: nil, into: rows + unit * tile.stride)
      }
      return
    }
    forEachPattern(of: tile, mask) { observed, images in
      let values = tile.scratch + tile.shape.pixels * tile.stride
      for unit in 0..<tile.shape.units {
        integrate(tile, nodes, unit: unit, observed: observed, into: values)
        for image in images { rows[unit * tile.stride + image] = values[image] }
      }
    }
  }

  private func integrate(
    _ tile: LeafTile, _ nodes: QuadratureNodes, unit: Int,
    observed: UnsafeBufferPointer<Int32>?, into row: UnsafeMutablePointer<Float>
  ) {
    let network = network(tile.shape)
    autoencoderQuadrature(
      AutoencoderNetwork(network, parameters: tile.parameters + unit * network.parameterCount),
      nodes, NetworkInputs(x: tile.scratch, tile.layout), observed: observed,
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
    let most = AutoencoderLeaf.nodesPerLatent.last {
      QuadratureNodes.count(perLatent: $0, latent: latent) != nil
    }
    return most.map { "ask for at most quadrature:\($0), or for iwae:S" } ?? "ask for iwae:S"
  }
}
