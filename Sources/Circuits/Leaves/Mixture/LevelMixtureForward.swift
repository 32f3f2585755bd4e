import Numerics

/// log sum_j omega_j p(x_o | z_j) of a tile of images, in nats: a row of the table a value and image.
///
/// - Parameters:
///   - pixels: the region's values, rows of `tile`; `observed` as there, 0 where a value is hidden.
///   - images: lanes to compute.
///   - terms: `[image][node]`: where `keepsTerms` the nodes' responsibilities for each image are left,
///     `noteStride` floats from one image to the next; else scratch of one row.
///   - row: `[tile]`.
package func levelMixtureForward(
  _ shape: LevelMixtureShape, derived: UnsafePointer<Float>, _ tile: PixelTile,
  pixels: UnsafeBufferPointer<Int32>, observed: PixelTile?, images: Int, keepsTerms: Bool,
  noteStride: Int, terms: UnsafeMutablePointer<Float>, into row: UnsafeMutablePointer<Float>
) {
  let table = LevelMixtureTable(derived, shape)
  let stride = shape.stride
  for image in 0..<images {
    let own = keepsTerms ? terms + image &* noteStride : terms
    let largest = levelScores(
      table, tile, pixels, observed, image: image, stride: stride, into: own)
    var total = Lanes.zero
    var node = 0
    while node < stride {
      let e = exponential(load(own, node) - Lanes(repeating: largest))
      store(e, own, node)
      total += e
      node &+= laneCount
    }
    let all = sum(total)
    row[image] = largest + logarithmOf(all)
    guard keepsTerms else { continue }
    let inverse = Lanes(repeating: 1 / all)
    node = 0
    while node < stride {
      store(load(own, node) * inverse, own, node)
      node &+= laneCount
    }
  }
}

/// log omega_j + log p(x_o | z_j), `[node]`, of one image; returns the largest.
@inline(__always)
private func levelScores(
  _ table: LevelMixtureTable<UnsafePointer<Float>>, _ tile: PixelTile,
  _ pixels: UnsafeBufferPointer<Int32>, _ observed: PixelTile?, image: Int, stride: Int,
  into terms: UnsafeMutablePointer<Float>
) -> Float {
  var largest = Lanes(repeating: logWeightOfNothing)
  var node = 0
  while node &+ 4 &* laneCount <= stride && !isLongSum(pixels.count) {
    var (s0, s1, s2, s3) = (
      load(table.logWeights, node), load(table.logWeights, node &+ laneCount),
      load(table.logWeights, node &+ 2 &* laneCount),
      load(table.logWeights, node &+ 3 &* laneCount)
    )
    for value in 0..<pixels.count {
      let pixel = Int(pixels[value])
      if let observed, observed.row(pixel)[image] == 0 { continue }
      let level = Int(tile.row(pixel)[image])
      let entry = table.masses + ((value &* byteLevels &+ level) &* stride &+ node)
      s0 += load(entry, 0)
      s1 += load(entry, laneCount)
      s2 += load(entry, 2 &* laneCount)
      s3 += load(entry, 3 &* laneCount)
    }
    store(s0, terms, node)
    store(s1, terms, node &+ laneCount)
    store(s2, terms, node &+ 2 &* laneCount)
    store(s3, terms, node &+ 3 &* laneCount)
    largest = larger(larger(largest, larger(s0, s1)), larger(s2, s3))
    node &+= 4 &* laneCount
  }
  while node < stride {
    let score = longSum(pixels.count) { range in
      var sum = range.lowerBound == 0 ? load(table.logWeights, node) : Lanes.zero
      for value in range {
        let pixel = Int(pixels[value])
        if let observed, observed.row(pixel)[image] == 0 { continue }
        let level = Int(tile.row(pixel)[image])
        sum += load(table.masses + (value &* byteLevels &+ level) &* stride, node)
      }
      return sum
    }
    store(score, terms, node)
    largest = larger(largest, score)
    node &+= laneCount
  }
  return largest.max()
}

@inline(__always)
private func logarithmOf(_ x: Float) -> Float { logarithm(Lanes(repeating: x))[0] }

/// Weights of a note: responsibilities times flow, for images of a tile; 0 past the last image.
package func levelMixtureWeigh(
  _ shape: LevelMixtureShape, flow: UnsafePointer<Float>, images: Int, noteStride: Int,
  terms: UnsafeMutablePointer<Float>
) {
  for image in 0..<images {
    let own = terms + image &* noteStride
    let factor = Lanes(repeating: flow[image])
    var node = 0
    while node < shape.stride {
      store(load(own, node) * factor, own, node)
      node &+= laneCount
    }
  }
}

/// Adds flow times E[x_i | observed values], x = level / 255: `[value][tile]`.
///
/// - Parameters:
///   - expected: what the emission expects at every node, `[value][node]`; nil to take it from the masses
///     of the levels, which a density has none of.
///   - terms: scratch, a row of nodes.
package func levelMixtureAddMeans(
  _ shape: LevelMixtureShape, derived: UnsafePointer<Float>, _ tile: PixelTile,
  pixels: UnsafeBufferPointer<Int32>, observed: PixelTile?, flow: UnsafePointer<Float>,
  images: Int, expected given: UnsafePointer<Float>? = nil,
  terms: UnsafeMutablePointer<Float>, into means: UnsafeMutablePointer<Float>
) {
  let table = LevelMixtureTable(derived, shape)
  let stride = shape.stride
  withAlignedRows(shape.values &* stride) { expected in
    for value in 0..<shape.values {
      let row = expected + value &* stride
      if let given {
        for node in 0..<stride { row[node] = given[value &* stride &+ node] }
      } else {
        levelMeans(table.masses + value &* byteLevels &* stride, columns: stride, into: row)
      }
    }
    for image in 0..<images {
      let largest = levelScores(
        table, tile, pixels, observed, image: image, stride: stride, into: terms)
      var total = Lanes.zero
      var node = 0
      while node < stride {
        let e = exponential(load(terms, node) - Lanes(repeating: largest))
        store(e, terms, node)
        total += e
        node &+= laneCount
      }
      let share = flow[image] / sum(total)
      for value in 0..<shape.values {
        var mean = Lanes.zero
        node = 0
        while node < stride {
          mean.addProduct(load(terms, node), load(expected + value &* stride, node))
          node &+= laneCount
        }
        means[value &* tile.tile &+ image] += share * sum(mean)
      }
    }
  }
}
