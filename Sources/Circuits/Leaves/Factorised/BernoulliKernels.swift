import Numerics

/// Log-probabilities of both outcomes for each logit: `[logit][2]`, (log p(0), log p(1)) in nats.
///
/// Exact limits: a logit of +-inf gives 0 and -inf.
package func bernoulliTable(
  logits: UnsafePointer<Float>, count: Int, into table: UnsafeMutablePointer<Float>
) {
  var start = 0
  while start < count {
    let size = min(laneCount, count &- start)
    var x = Lanes.zero
    for lane in 0..<size { x[lane] = logits[start &+ lane] }
    let magnitude = larger(x, -x)
    let rest = logarithm(Lanes(repeating: 1) + exponential(-magnitude))
    let ofZero = -(larger(x, .zero) + rest)
    let ofOne = -(larger(-x, .zero) + rest)
    for lane in 0..<size {
      table[2 &* (start &+ lane)] = ofZero[lane]
      table[2 &* (start &+ lane) &+ 1] = ofOne[lane]
    }
    start &+= laneCount
  }
}

/// Log-likelihoods of one leaf region of independent pixels: rows `[unit][tile]` in nats.
///
/// - Parameters:
///   - values: a byte of 0 is outcome 0, any other is 1; hidden pixels count for nothing.
///   - table: `[unit][pixel][2]`, see `bernoulliTable`.
package func bernoulliLogLikelihoods(
  _ values: RegionValues, units: Int, table: UnsafePointer<Float>,
  into rows: UnsafeMutablePointer<Float>
) {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  let images = values.images
  for unit in 0..<units {
    let entries = table + unit &* 2 &* pixels.count
    let row = rows + unit &* tile.tile
    var image = 0
    while image < images {
      let total = longSum(pixels.count) { range in
        var sum = Lanes.zero
        for p in range {
          let isOne = outcomes(tile.row(Int(pixels[p])), image)
          let own = Lanes(repeating: entries[2 &* p])
            .replacing(with: Lanes(repeating: entries[2 &* p &+ 1]), where: isOne)
          sum += shown(own, observed, Int(pixels[p]), image)
        }
        return sum
      }
      store(total, row, image)
      image &+= laneCount
    }
  }
}

/// Expected counts of both outcomes, weighted by flow: accumulates into `[unit][pixel][2]`.
///
/// - Parameter flows: `[unit][tile]`; 0 in lanes past the last image.
package func bernoulliCounts(
  _ values: RegionValues, units: Int, flows: UnsafePointer<Float>,
  into counts: UnsafeMutablePointer<Float>
) {
  let (tile, pixels, observed) = (values.tile, values.pixels, values.observed)
  let images = values.images
  for unit in 0..<units {
    let flow = flows + unit &* tile.tile
    for p in 0..<pixels.count {
      let row = tile.row(Int(pixels[p]))
      var zeros = Lanes.zero
      var ones = Lanes.zero
      var image = 0
      while image < images {
        let value = shown(load(flow, image), observed, Int(pixels[p]), image)
        let isOne = outcomes(row, image)
        ones += Lanes.zero.replacing(with: value, where: isOne)
        zeros += value.replacing(with: Lanes.zero, where: isOne)
        image &+= laneCount
      }
      let place = counts + 2 &* (unit &* pixels.count &+ p)
      place[0] += sum(zeros)
      place[1] += sum(ones)
    }
  }
}

/// d (flow-weighted log-likelihood) / d logit = n1 - p (n0 + n1), times `scale`.
package func bernoulliGradient(
  counts: UnsafePointer<Float>, table: UnsafePointer<Float>, count: Int, scale: Float,
  into gradient: UnsafeMutablePointer<Float>
) {
  var start = 0
  while start < count {
    let size = min(laneCount, count &- start)
    var logOne = Lanes.zero
    var zeros = Lanes.zero
    var ones = Lanes.zero
    for lane in 0..<size {
      let at = 2 &* (start &+ lane)
      zeros[lane] = counts[at]
      ones[lane] = counts[at &+ 1]
      logOne[lane] = table[at &+ 1]
    }
    let result = (ones - exponential(logOne) * (zeros + ones)) * Lanes(repeating: scale)
    for lane in 0..<size { gradient[start &+ lane] = result[lane] }
    start &+= laneCount
  }
}

/// The value where the pixel is observed, else 0.
@inline(__always)
func shown(_ value: Lanes, _ observed: PixelTile?, _ pixel: Int, _ image: Int) -> Lanes {
  guard let observed else { return value }
  return Lanes.zero.replacing(with: value, where: outcomes(observed.row(pixel), image))
}

@inline(__always)
func outcomes(
  _ row: UnsafePointer<UInt8>, _ image: Int
) -> SIMDMask<IntegerLanes.MaskStorage> {
  let bytes = UnsafeRawPointer(row + image).load(as: SIMD16<UInt8>.self)
  return IntegerLanes(truncatingIfNeeded: bytes) .!= IntegerLanes.zero
}

/// Pixels of a tile as floats 0 and 1, `[pixel][tile]`: what networks read.
///
/// Hidden pixels as well, as they are.
package func floatRows(_ values: RegionValues, into rows: UnsafeMutablePointer<Float>) {
  let (tile, pixels) = (values.tile, values.pixels)
  for p in 0..<pixels.count {
    let row = tile.row(Int(pixels[p]))
    var image = 0
    while image < values.images {
      let one = Lanes(repeating: 1)
      store(
        Lanes.zero.replacing(with: one, where: outcomes(row, image)), rows + p &* tile.tile, image)
      image &+= laneCount
    }
  }
}

/// How many of a region's pixels the first `images` of a tile show, over all of them.
package func observedCount(
  _ observed: PixelTile, pixels: UnsafeBufferPointer<Int32>, images: Int
) -> Int {
  var count = 0
  for pixel in pixels {
    let row = observed.row(Int(pixel))
    for image in 0..<images { count &+= Int(row[image]) }
  }
  return count
}
