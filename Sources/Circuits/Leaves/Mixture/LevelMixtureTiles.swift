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
    let mixture = LevelMixture(shape: network, emission: emission, nodes: nodes)
    for unit in 0..<shape.units {
      mixture.derive(
        parameters: parameters + unit * network.parameterCount,
        into: derived + unit * network.derivedCount)
    }
  }

  private func table(
    _ tile: LeafTile, _ network: LevelMixtureShape, unit: Int
  ) -> LevelMixtureTable<UnsafePointer<Float>> {
    LevelMixtureTable(tile.derived + unit * network.derivedCount, network)
  }

  /// A unit's part of the notes of a tile's images.
  private func terms(
    _ notes: LeafNotes, _ network: LevelMixtureShape, unit: Int
  ) -> NodeTerms<UnsafeMutablePointer<Float>> {
    NodeTerms(
      notes.start.assumingMemoryBound(to: Float.self) + unit * network.stride,
      stride: notes.stride / MemoryLayout<Float>.stride)
  }

  func levelLogLikelihoods(
    _ tile: LeafTile, _ emission: any Emission, into rows: UnsafeMutablePointer<Float>
  ) {
    let network = levelNetwork(tile.shape, emission)
    if let notes = tile.notes { note(tile, network, in: notes) }
    for unit in 0..<tile.shape.units {
      levelMixtureForward(
        table(tile, network, unit: unit), tile.values,
        terms: tile.notes.map { terms($0, network, unit: unit) }
          ?? NodeTerms(tile.scratch, stride: 0),
        into: rows + unit * tile.stride)
    }
  }

  /// The levels of a tile's images, and which of them are seen.
  private func note(_ tile: LeafTile, _ network: LevelMixtureShape, in notes: LeafNotes) {
    let start =
      notes.start + tile.shape.units * network.stride * MemoryLayout<Float>.stride
    for (value, pixel) in tile.pixels.enumerated() {
      let row = tile.values.tile.row(Int(pixel))
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
        terms: terms(notes, network, unit: unit))
    }
  }

  func levelGradient(
    _ region: LeafRegion, _ emission: any Emission, notes: LeafNotes?, scale: Float,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    guard let notes else { preconditionFailure("its gradient is of notes") }
    let network = levelNetwork(region.shape, emission)
    let mixture = LevelMixture(shape: network, emission: emission, nodes: nodes)
    for unit in 0..<region.shape.units {
      mixture.gradient(
        LevelNotes(network, notes, unit: unit, of: region.shape.units),
        parameters: region.parameters + unit * network.parameterCount,
        derived: region.derived + unit * network.derivedCount, scale: scale,
        into: gradient + unit * network.parameterCount)
    }
  }

  func levelAddMeans(
    _ tile: LeafTile, _ emission: any Emission, flows: UnsafePointer<Float>,
    into means: UnsafeMutablePointer<Float>
  ) {
    let network = levelNetwork(tile.shape, emission)
    withAlignedRows(tile.shape.pixels * network.stride) { expected in
      for unit in 0..<tile.shape.units {
        let table = table(tile, network, unit: unit)
        expectations(tile, table, emission, unit: unit, into: expected)
        levelMixtureAddMeans(
          table, tile.values, expected: expected, flow: flows + unit * tile.stride,
          terms: tile.scratch, into: means)
      }
    }
  }

  /// What an emission expects at every node, `[value][node]`: from the masses of the levels, which a
  /// density has none of.
  private func expectations(
    _ tile: LeafTile, _ table: LevelMixtureTable<UnsafePointer<Float>>, _ emission: any Emission,
    unit: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    let stride = table.shape.stride
    let decoder =
      emission.isDensity
      ? levelReference(tile.shape, emission, unit: unit, parameters: tile.parameters) : nil
    for value in 0..<tile.shape.pixels {
      let row = rows + value * stride
      guard let decoder else {
        Circuits.levelMeans(table.masses + value * byteLevels * stride, columns: stride, into: row)
        continue
      }
      clear(row, count: stride)
      for node in 0..<nodes.count {
        row[node] = Float(emission.mean(decoder.numbers(value: value, node: node)))
      }
    }
  }
}
