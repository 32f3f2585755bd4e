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
      schedule, sums: alike.upperBound..<sums.upperBound, outputs: schedule.rootUnits,
      weights: weights, memory: memory, images: images, statistics: statistics)
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
      schedule, sums: alike, outputs: schedule.units, weights: weights, memory: memory,
      images: images, statistics: statistics)
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
private func add(_ value: HalfLanes, _ row: UnsafeMutablePointer<Float>, _ image: Int) {
  UnsafeMutableRawPointer(row + image).storeBytes(
    of: loadHalf(row, image) + value, as: HalfLanes.self)
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
    let partitions = Int(sum.partitionCount)
    let offset = Int(sum.weightOffset)
    for p in 0..<partitions {
      let pair = schedule.children.pointer[Int(sum.firstPartition) &+ p]
      backwardOfPair(
        parent: Int(sum.slot), pair, memory: memory, images: images,
        first: weights + (offset &+ 4 &* p),
        second: weights + (offset &+ 4 &* (partitions &+ p)),
        firstSums: statistics + (offset &+ 4 &* p),
        secondSums: statistics + (offset &+ 4 &* (partitions &+ p)))
    }
  }
}

@inline(__always)
private func backwardOfPair(
  parent: Int, _ pair: ChildPair, memory: TileMemory, images: Int,
  first w: UnsafePointer<Float>, second v: UnsafePointer<Float>,
  firstSums: UnsafeMutablePointer<Float>, secondSums: UnsafeMutablePointer<Float>
) {
  let tile = memory.tile
  let exponent = memory.values(of: parent) + 2 &* tile
  let gradient = memory.gradients(of: parent)
  let left = memory.values(of: Int(pair.left))
  let right = memory.values(of: Int(pair.right))
  let leftGradient = memory.gradients(of: Int(pair.left))
  let rightGradient = memory.gradients(of: Int(pair.right))
  var (w00, w01, w10, w11) = (HalfLanes.zero, HalfLanes.zero, HalfLanes.zero, HalfLanes.zero)
  var (v00, v01, v10, v11) = (HalfLanes.zero, HalfLanes.zero, HalfLanes.zero, HalfLanes.zero)
  var image = 0
  while image < images {
    let shift =
      loadHalfExponent(left + 2 &* tile, image) &+ loadHalfExponent(right + 2 &* tile, image)
      &- loadHalfExponent(exponent, image)
    let scale = halfPowerOfTwo(shift)
    let g0 = bounded(loadHalf(gradient, image) * scale)
    let g1 = bounded(loadHalf(gradient + tile, image) * scale)
    let a0 = loadHalf(left, image)
    let a1 = loadHalf(left + tile, image)
    let b0 = loadHalf(right, image)
    let b1 = loadHalf(right + tile, image)
    let g0a0 = g0 * a0
    let g0a1 = g0 * a1
    let g1a0 = g1 * a0
    let g1a1 = g1 * a1
    w00.addProduct(g0a0, b0)
    w01.addProduct(g0a0, b1)
    w10.addProduct(g0a1, b0)
    w11.addProduct(g0a1, b1)
    v00.addProduct(g1a0, b0)
    v01.addProduct(g1a0, b1)
    v10.addProduct(g1a1, b0)
    v11.addProduct(g1a1, b1)
    let p00 = (g0 * HalfLanes(repeating: w[0])).addingProduct(g1, HalfLanes(repeating: v[0]))
    let p01 = (g0 * HalfLanes(repeating: w[1])).addingProduct(g1, HalfLanes(repeating: v[1]))
    let p10 = (g0 * HalfLanes(repeating: w[2])).addingProduct(g1, HalfLanes(repeating: v[2]))
    let p11 = (g0 * HalfLanes(repeating: w[3])).addingProduct(g1, HalfLanes(repeating: v[3]))
    add((p00 * b0).addingProduct(p01, b1), leftGradient, image)
    add((p10 * b0).addingProduct(p11, b1), leftGradient + tile, image)
    add((p00 * a0).addingProduct(p10, a1), rightGradient, image)
    add((p01 * a0).addingProduct(p11, a1), rightGradient + tile, image)
    image &+= halfLaneCount
  }
  addSums(Kernels.sums(w00, w01, w10, w11), firstSums)
  addSums(Kernels.sums(v00, v01, v10, v11), secondSums)
}

@inline(__always)
func addSums(_ four: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
  let raw = UnsafeMutableRawPointer(place)
  raw.storeBytes(of: raw.loadUnaligned(as: SIMD4<Float>.self) + four, as: SIMD4<Float>.self)
}

/// Any K, and any number of sum units over the products of K: a product unit at a time.
private func backwardOfAnyUnits(
  _ schedule: SumProductSchedule, sums: Range<Int>, outputs: Int,
  weights: UnsafePointer<Float>, memory: TileMemory, images: Int,
  statistics: UnsafeMutablePointer<Float>
) {
  let units = schedule.units
  let tile = memory.tile
  for s in sums.reversed() {
    let sum = schedule.sums.pointer[s]
    let unitStride = schedule.weightsAUnit(sum)
    let gradient = memory.gradients(of: Int(sum.slot))
    let exponent = memory.values(of: Int(sum.slot)) + outputs &* tile
    for p in 0..<Int(sum.partitionCount) {
      let pair = schedule.children.pointer[Int(sum.firstPartition) &+ p]
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
              statistics[at] += Kernels.sum(g * product)
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
