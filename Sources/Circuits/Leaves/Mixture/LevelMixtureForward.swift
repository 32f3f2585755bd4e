import Numerics

/// log sum_j omega_j p(x_o | z_j) of a tile of images, in nats: a row of the table a value and image.
///
/// - Parameters:
///   - terms: gets the nodes' responsibilities for each image, `[image][node]`; of one row it is scratch.
///   - row: `[tile]`.
func levelMixtureForward(
  _ table: LevelMixtureTable<UnsafePointer<Float>>, _ values: RegionValues,
  terms: NodeTerms<UnsafeMutablePointer<Float>>, into row: UnsafeMutablePointer<Float>
) {
  let stride = table.shape.stride
  for image in 0..<values.images {
    let own = terms.row(image)
    let largest = levelScores(table, values, image: image, into: own)
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
    guard terms.stride > 0 else { continue }
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
  _ table: LevelMixtureTable<UnsafePointer<Float>>, _ values: RegionValues, image: Int,
  into terms: UnsafeMutablePointer<Float>
) -> Float {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  let stride = table.shape.stride
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
func levelMixtureWeigh(
  _ shape: LevelMixtureShape, flow: UnsafePointer<Float>, images: Int,
  terms: NodeTerms<UnsafeMutablePointer<Float>>
) {
  for image in 0..<images {
    let own = terms.row(image)
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
///   - expected: what the emission expects at every node, `[value][node]`.
///   - terms: scratch, a row of nodes.
func levelMixtureAddMeans(
  _ table: LevelMixtureTable<UnsafePointer<Float>>, _ values: RegionValues,
  expected: UnsafePointer<Float>, flow: UnsafePointer<Float>,
  terms: UnsafeMutablePointer<Float>, into means: UnsafeMutablePointer<Float>
) {
  let (shape, tile) = (table.shape, values.tile.tile)
  let stride = shape.stride
  for image in 0..<values.images {
    let largest = levelScores(table, values, image: image, into: terms)
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
      means[value &* tile &+ image] += share * sum(mean)
    }
  }
}
