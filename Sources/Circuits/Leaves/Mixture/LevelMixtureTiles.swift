import Numerics

/// Continuous mixtures over values of 256 levels: p(x) = sum_j omega_j prod_d p(x_d | z_j), where a
/// decoder outputs the numbers of an emission of each value at each node (Correia et al. 2023, eq. 4).
extension MixtureLeaf {
  func levelNetwork(_ shape: LeafShape, _ emission: any Emission) -> LevelMixtureShape {
    LevelMixtureShape(
      values: shape.pixels, numbers: emission.numbers, hidden: hidden, latent: latent,
      nodes: nodes.count, activation: activation, learnsWeights: learnsWeights)
  }

  /// Scratch is a row of nodes, for what is asked without notes.
  func levelSizes(_ shape: LeafShape, _ emission: any Emission) -> LeafSizes {
    let network = levelNetwork(shape, emission)
    let row = ScratchSize(fixed: network.stride, image: 0)
    return LeafSizes(
      parameters: shape.units * network.parameterCount,
      derived: shape.units * network.derivedCount, statistics: 0,
      scratch: LeafScratch(evaluation: row, training: row),
      noteBytes: LevelNotes.bytes(network, units: shape.units),
      largestTile: LeafSizes.usualTile, isTable: false)
  }

  func levelDerive(
    _ shape: LeafShape, _ emission: any Emission, parameters: UnsafePointer<Float>,
    into derived: UnsafeMutablePointer<Float>
  ) {
    let network = levelNetwork(shape, emission)
    for unit in 0..<shape.units {
      levelMixtureDerive(
        network, emission, nodes, parameters: parameters + unit * network.parameterCount,
        into: derived + unit * network.derivedCount)
    }
  }

  func levelLogLikelihoods(
    _ tile: LeafTile, _ emission: any Emission, into rows: UnsafeMutablePointer<Float>
  ) {
    let network = levelNetwork(tile.shape, emission)
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

  func levelAccumulate(
    _ tile: LeafTile, _ emission: any Emission, flows: UnsafePointer<Float>
  ) {
    guard let notes = tile.notes else { preconditionFailure("a training pass has notes") }
    let network = levelNetwork(tile.shape, emission)
    for unit in 0..<tile.shape.units {
      levelMixtureWeigh(
        network, flow: flows + unit * tile.stride, images: tile.images,
        noteStride: notes.stride / MemoryLayout<Float>.stride,
        terms: notes.start.assumingMemoryBound(to: Float.self) + unit * network.stride)
    }
  }

  func levelGradient(
    _ shape: LeafShape, _ emission: any Emission, parameters: UnsafePointer<Float>,
    derived: UnsafePointer<Float>, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    guard let notes else { preconditionFailure("its gradient is of notes") }
    let network = levelNetwork(shape, emission)
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

  func levelAddMeans(
    _ tile: LeafTile, _ emission: any Emission, flows: UnsafePointer<Float>,
    into means: UnsafeMutablePointer<Float>
  ) {
    let network = levelNetwork(tile.shape, emission)
    for unit in 0..<tile.shape.units {
      let own = emission.isDensity ? expectations(tile, network, emission, unit: unit) : nil
      levelMixtureAddMeans(
        network, derived: tile.derived + unit * network.derivedCount, tile.tile,
        pixels: tile.pixels, observed: tile.observed, flow: flows + unit * tile.stride,
        images: tile.images, expected: own.map { UnsafePointer($0.pointer) },
        terms: tile.scratch, into: means)
    }
  }

  /// What a density expects at every node, `[value][node]`.
  private func expectations(
    _ tile: LeafTile, _ network: LevelMixtureShape, _ emission: any Emission, unit: Int
  ) -> AlignedBuffer<Float> {
    let decoder = levelReference(tile.shape, emission, unit: unit, parameters: tile.parameters)
    let rows = AlignedBuffer<Float>(count: tile.shape.pixels * network.stride)
    for value in 0..<tile.shape.pixels {
      for node in 0..<nodes.count {
        rows.pointer[value * network.stride + node] =
          Float(emission.mean(decoder.numbers(value: value, node: node)))
      }
    }
    return rows
  }
}
