import Numerics

extension Circuit {
  /// The expected value of every hidden pixel given the others, `[image][pixel]` with pixels row-major:
  /// each leaf unit's mean given what its region shows, weighted by its flow under the marginal (Poon
  /// & Domingos 2011 complete faces so); what is observed stays as it is, a byte as outcome 0 or 1 or,
  /// of 256 levels, as byte / 255.
  ///
  /// Exact where the leaves are; means of a VAE leaf are an estimate. An image of likelihood 0 has
  /// hidden pixels of 0. The same bits for any number of workers.
  /// - Parameter progress: told after each block how many images are done; throws to stop.
  /// - Throws: `MarginalFault` for a mask that the leaves cannot honour.
  package func posteriorMeans(
    _ source: some SampleSource, derived: DerivedParameters, workers: ForkJoin,
    noise: NoiseSource = .evaluation, progress: (Int) throws -> Void = { _ in }
  ) throws -> [Float] {
    let out = AlignedBuffer<Float>(count: source.sampleCount * pixelCount)
    let prior = PriorMeans(self, derived: derived)
    let rows = (0..<workers.workers).map { _ in
      AlignedBuffer<Float>(count: (leafShapes.map(\.pixels).max() ?? 0) * largestTile)
    }
    try forEachTileOfFlows(
      source, derived: derived, workers: workers, noise: noise, progress: progress
    ) { tile in
      for index in leafShapes.indices {
        let means = rows[tile.worker].pointer
        if tile.visibility(ofLeaf: index) != .whole {
          clear(means, count: leafShapes[index].pixels * tile.pixels.tile)
          prior.add(tile, leaf: index, into: means)
        }
        add(tile, leaf: index, means: means, to: out.pointer)
      }
    }
    return out.array
  }

  /// Adds a leaf region's share of its hidden pixels' means: all of it, unless leaf regions overlap.
  private func add(
    _ tile: TileFlows, leaf index: Int, means: UnsafePointer<Float>,
    to out: UnsafeMutablePointer<Float>
  ) {
    let isLevel = leaf.traits.levels > 2
    for (place, pixel) in leafPixels[index].enumerated() {
      let row = tile.pixels.row(Int(pixel))
      for image in 0..<tile.images.count {
        let byte = row[image]
        let seen: Float = isLevel ? Float(byte) / 255 : byte == 0 ? 0 : 1
        let value = (tile.images.lowerBound + image) * pixelCount + Int(pixel)
        if tile.isObserved(Int(pixel), image: image) {
          out[value] = seen
        } else {
          out[value] += means[place * tile.pixels.tile + image]
        }
      }
    }
  }
}

/// Means of leaf units of which nothing is seen: the same in every tile, and worth keeping.
private struct PriorMeans {
  private let marginals: (any Marginalises)?
  /// `[leaf region][unit][pixel]`; nothing for leaves that hide pixels by themselves.
  private let means: [[[Double]]]

  init(_ circuit: Circuit, derived: DerivedParameters) {
    let leaf = circuit.leaf
    marginals = leaf.capabilities.marginals
    means =
      marginals != nil
      ? []
      : circuit.leafShapes.enumerated().map { index, shape in
        (0..<shape.units).map { unit in
          leaf.means(
            shape, unit: unit,
            parameters: derived.parameters.values.pointer + circuit.layout.leafParameters[index])
        }
      }
  }

  func add(_ tile: TileFlows, leaf index: Int, into rows: UnsafeMutablePointer<Float>) {
    if let marginals {
      return marginals.addMeans(
        tile.tile(ofLeaf: index), flows: tile.flows(ofLeaf: index), into: rows)
    }
    let stride = tile.pixels.tile
    for (unit, own) in means[index].enumerated() {
      let flow = tile.flows(ofLeaf: index) + unit * stride
      for (place, mean) in own.enumerated() {
        for image in 0..<tile.images.count {
          rows[place * stride + image] += flow[image] * Float(mean)
        }
      }
    }
  }
}
