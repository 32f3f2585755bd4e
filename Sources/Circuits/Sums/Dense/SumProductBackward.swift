import Numerics

/// Gradients of log S for the children of some sum regions, parents first, and the statistics of
/// their weights.
///
/// Needs the values of `sumProductForward` and the sums' own gradients, complete; children's gradient
/// rows are added to. Where S = 0 all gradients stay 0.
/// - Parameter statistics: `[weight]`; gains d log S / d weight, summed over the images, for each
///   weight. Times the weight this is the expected count of that edge.
package func sumProductBackward(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
) {
  precondition(images <= memory.tile && images % laneCount == 0)
  precondition(sums.lowerBound >= 0 && sums.upperBound <= schedule.sumCount)
  let (alike, hasOwnRoot) = schedule.split(sums)
  if hasOwnRoot {
    backwardOfAnyUnits(
      schedule, sums: alike.upperBound..<sums.upperBound, weights: weights, memory: memory,
      images: images, statistics: statistics)
  }
  if schedule.units == 2 {
    backwardOfPairs(
      schedule, sums: alike, weights: weights, memory: memory, images: images,
      statistics: statistics
    )
  } else if schedule.units % 4 == 0 {
    backwardOfFours(
      schedule, sums: alike, weights: weights, memory: memory, images: images,
      statistics: statistics
    )
  } else {
    backwardOfAnyUnits(
      schedule, sums: alike, weights: weights, memory: memory, images: images,
      statistics: statistics)
  }
}

/// One AVX2 register of images. Backward keeps eight sums in registers, so it cannot afford two.
typealias HalfLanes = SIMD8<Float>
let halfLaneCount = 8

@inline(__always)
func loadHalf(_ row: UnsafeMutablePointer<Float>, _ image: Int) -> HalfLanes {
  UnsafeRawPointer(row + image).load(as: HalfLanes.self)
}

@inline(__always)
private func loadHalfExponent(_ row: UnsafeMutablePointer<Float>, _ image: Int) -> SIMD8<Int32> {
  UnsafeRawPointer(row + image).load(as: SIMD8<Int32>.self)
}

@inline(__always)
private func halfPowerOfTwo(_ exponent: SIMD8<Int32>) -> HalfLanes {
  let low = exponent &+ SIMD8(repeating: 127)
  let above = low.replacing(with: SIMD8<Int32>.zero, where: SIMD8<Int32>.zero .> low)
  let biased = above.replacing(
    with: SIMD8<Int32>(repeating: 254), where: above .> SIMD8<Int32>(repeating: 254))
  return unsafeBitCast(biased &<< SIMD8(repeating: 23), to: HalfLanes.self)
}

/// At most 2^115: a gradient above it belongs to a value that is zero in all but name, and infinity
/// times that value would be NaN. Sums of the bounded ones stay finite.
@inline(__always)
private func bounded(_ gradient: HalfLanes) -> HalfLanes {
  let limit = HalfLanes(repeating: 0x1p115)
  return gradient.replacing(with: limit, where: gradient .> limit)
}

@inline(__always)
func bounded(_ gradient: Lanes) -> Lanes {
  let limit = Lanes(repeating: 0x1p115)
  return gradient.replacing(with: limit, where: gradient .> limit)
}

/// K = 2. A partition's eight weight sums stay in registers over the tile's images.
private func backwardOfPairs(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
) {
  for s in sums.reversed() {
    let sum = schedule.sums.pointer[s]
    for p in 0..<Int(sum.partitionCount) {
      let pair = schedule.pairs.pointer[Int(sum.firstPartition) &+ p]
      backwardOfPair(
        parent: Int(sum.slot), pair, memory: memory, images: images,
        weights: OfBoth(weights, sum, partition: p),
        statistics: OfBoth(statistics, sum, partition: p))
    }
  }
}

@inline(__always)
private func backwardOfPair(
  parent: Int, _ pair: ChildPair, memory: TileMemory, images: Int,
  weights: OfBoth<UnsafePointer<Float>>, statistics places: OfBoth<UnsafeMutablePointer<Float>>
) {
  let tile = memory.tile
  let exponent = memory.values(of: parent) + 2 &* tile
  let gradient = memory.gradients(of: parent)
  let left = memory.values(of: Int(pair.left))
  let right = memory.values(of: Int(pair.right))
  let gradients = PairGradients(memory, pair)
  var statistics = PairStatistics()
  var image = 0
  while image < images {
    let shift =
      loadHalfExponent(left + 2 &* tile, image) &+ loadHalfExponent(right + 2 &* tile, image)
      &- loadHalfExponent(exponent, image)
    let scale = halfPowerOfTwo(shift)
    let g = OfBoth(
      bounded(loadHalf(gradient, image) * scale),
      bounded(loadHalf(gradient + tile, image) * scale))
    let a = OfBoth(loadHalf(left, image), loadHalf(left + tile, image))
    let b = OfBoth(loadHalf(right, image), loadHalf(right + tile, image))
    gradients.add(g, a, b, weights, image)
    statistics.add(g, a, b)
    image &+= halfLaneCount
  }
  statistics.addSums(to: places)
}

/// Any K, and any number of sum units over the products of K: a product unit at a time.
private func backwardOfAnyUnits(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
) {
  let units = schedule.units
  let tile = memory.tile
  for s in sums.reversed() {
    let sum = schedule.sums.pointer[s]
    let (outputs, unitStride) = (Int(sum.units), Int(sum.productCount))
    let gradient = memory.gradients(of: Int(sum.slot))
    let exponent = memory.values(of: Int(sum.slot)) + outputs &* tile
    for p in 0..<Int(sum.partitionCount) {
      let pair = schedule.pairs.pointer[Int(sum.firstPartition) &+ p]
      let left = memory.values(of: Int(pair.left))
      let right = memory.values(of: Int(pair.right))
      let leftGradient = memory.gradients(of: Int(pair.left))
      let rightGradient = memory.gradients(of: Int(pair.right))
      let base = Int(sum.weightOffset) &+ p &* units &* units
      var image = 0
      while image < images {
        let scale = powerOfTwo(
          loadExponent(left + units &* tile, image) &+ loadExponent(right + units &* tile, image)
            &- loadExponent(exponent, image))
        for i in 0..<units {
          let a = load(left + i &* tile, image)
          var forLeft = Lanes.zero
          for j in 0..<units {
            let b = load(right + j &* tile, image)
            let product = a * b
            var flow = Lanes.zero
            for k in 0..<outputs {
              let g = bounded(load(gradient + k &* tile, image) * scale)
              let at = base &+ k &* unitStride &+ i &* units &+ j
              statistics[at] += Numerics.sum(g * product)
              flow.addProduct(g, Lanes(repeating: weights[at]))
            }
            forLeft.addProduct(flow, b)
            let row = rightGradient + j &* tile
            store(load(row, image).addingProduct(flow, a), row, image)
          }
          let row = leftGradient + i &* tile
          store(load(row, image) + forLeft, row, image)
        }
        image &+= laneCount
      }
    }
  }
}
