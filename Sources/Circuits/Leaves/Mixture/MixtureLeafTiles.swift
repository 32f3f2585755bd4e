extension MixtureLeaf {
  package func logLikelihoods(_ tile: LeafTile, into rows: UnsafeMutablePointer<Float>) {
    if let emission = values.emission {
      return levelLogLikelihoods(tile, emission, into: rows)
    }
    lay(tile)
    for unit in 0..<tile.shape.units {
      mixtureForward(
        table(tile, unit: unit), inputs(tile), keepsTerms: tile.isTraining,
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
        table(tile, unit: unit), inputs(tile), flow: flows + unit * tile.stride,
        scratch: scratch(tile, unit: unit), weights: scratch(tile, unit: tile.shape.units),
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
    lay(tile)
    for unit in 0..<tile.shape.units {
      mixtureAddMeans(
        table(tile, unit: unit), inputs(tile), flow: flows + unit * tile.stride,
        scratch: tile.scratch + 2 * tile.shape.pixels * tile.stride, into: means)
    }
  }

  private func table(_ tile: LeafTile, unit: Int) -> MixtureTable<UnsafePointer<Float>> {
    let network = network(tile.shape)
    return MixtureTable(tile.derived + unit * network.derivedCount, network)
  }

  private func inputs(_ tile: LeafTile) -> MixtureInputs {
    MixtureInputs(tile.scratch, tile.layout, isMasked: tile.observed != nil)
  }

  /// The pixels as floats, and which of them are seen.
  private func lay(_ tile: LeafTile) {
    if let observed = tile.observed {
      maskedRows(tile.values, observed: observed, into: tile.scratch)
    } else {
      floatRows(tile.values, into: tile.scratch)
    }
  }

  /// One unit's rows; those behind the last unit's are the backward pass's own.
  private func scratch(_ tile: LeafTile, unit: Int) -> UnsafeMutablePointer<Float> {
    let size = network(tile.shape).scratchCount(tile: tile.stride, keepsTerms: tile.isTraining)
    return tile.scratch + 2 * tile.shape.pixels * tile.stride
      + (tile.isTraining ? unit * size : 0)
  }
}
