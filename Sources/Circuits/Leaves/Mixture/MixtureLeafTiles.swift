extension MixtureLeaf {
  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    if let emission = values.emission {
      return levelLogLikelihoods(tile, emission, into: rows)
    }
    let network = network(tile.shape)
    lay(tile)
    for unit in 0..<tile.shape.units {
      mixtureForward(
        network, derived: tile.derived + unit * network.derivedCount, inputs: tile.scratch,
        isMasked: tile.observed != nil, tile: tile.stride, images: tile.images,
        keepsTerms: tile.isTraining,
        scratch: scratch(tile, unit: unit), into: rows + unit * tile.stride)
    }
  }

  package func accumulate(
    _ tile: LeafTile, flows: UnsafePointer<Float>,
    into statistics: UnsafeMutablePointer<Float>
  ) {
    if let emission = values.emission {
      return levelAccumulate(tile, emission, flows: flows)
    }
    let network = network(tile.shape)
    for unit in 0..<tile.shape.units {
      mixtureAccumulate(
        network, derived: tile.derived + unit * network.derivedCount, inputs: tile.scratch,
        isMasked: tile.observed != nil, flow: flows + unit * tile.stride, tile: tile.stride,
        images: tile.images, scratch: scratch(tile, unit: unit),
        weights: scratch(tile, unit: tile.shape.units),
        into: statistics + unit * network.statisticCount)
    }
  }

  /// Works the posterior of the nodes out again: who asks for means has no scratch of a backward pass.
  package func addMeans(
    _ tile: LeafTile, flows: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    if let emission = values.emission {
      return levelAddMeans(tile, emission, flows: flows, into: means)
    }
    let network = network(tile.shape)
    lay(tile)
    for unit in 0..<tile.shape.units {
      mixtureAddMeans(
        network, derived: tile.derived + unit * network.derivedCount, inputs: tile.scratch,
        isMasked: tile.observed != nil, flow: flows + unit * tile.stride, tile: tile.stride,
        images: tile.images, scratch: tile.scratch + 2 * tile.shape.pixels * tile.stride,
        into: means)
    }
  }

  /// The pixels as floats, and which of them are seen.
  private func lay(_ tile: LeafTile) {
    if let observed = tile.observed {
      maskedRows(
        tile.tile, observed: observed, pixels: tile.pixels, images: tile.images,
        into: tile.scratch)
    } else {
      floatRows(tile.tile, pixels: tile.pixels, images: tile.images, into: tile.scratch)
    }
  }

  /// One unit's rows; those behind the last unit's are the backward pass's own.
  private func scratch(_ tile: LeafTile, unit: Int) -> UnsafeMutablePointer<Float> {
    let size = network(tile.shape).scratchCount(tile: tile.stride, keepsTerms: tile.isTraining)
    return tile.scratch + 2 * tile.shape.pixels * tile.stride
      + (tile.isTraining ? unit * size : 0)
  }
}
