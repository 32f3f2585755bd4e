import Numerics

/// Gradients and statistics of a stratum whose values `sharedExponentForward` left, parents first.
///
/// The last region's gradient rows are complete on entry, as for `sumProductBackward`; entries' rows
/// are added to, and are by their mantissas, as everywhere. A value times its gradient is a flow, so
/// where values stay above `lowestSharedValue` gradients stay far inside the range of a float.
package func sharedExponentBackward(
  _ schedule: SumProductSchedule, _ shared: SharedExponent, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
) {
  precondition(schedule.units == 2)
  precondition(images <= memory.tile && images % laneCount == 0)
  let last = Int(schedule.sums.pointer[shared.sums.upperBound &- 1].slot)
  leaveOutNormalisation(of: last, shared, memory: memory, images: images)
  for s in shared.sums.reversed() {
    let sum = schedule.sums.pointer[s]
    let partitions = Int(sum.partitionCount)
    let offset = Int(sum.weightOffset)
    for p in 0..<partitions {
      let pair = schedule.pairs.pointer[Int(sum.firstPartition) &+ p]
      backwardOfPair(
        parent: Int(sum.slot), pair, memory: memory, images: images,
        first: weights + (offset &+ 4 &* p),
        second: weights + (offset &+ 4 &* (partitions &+ p)),
        firstSums: statistics + (offset &+ 4 &* p),
        secondSums: statistics + (offset &+ 4 &* (partitions &+ p)))
    }
  }
}

/// The last region's mantissas are its sums times a power of two: so are the gradients of its sums.
private func leaveOutNormalisation(
  of last: Int, _ shared: SharedExponent, memory: TileMemory, images: Int
) {
  let tile = memory.tile
  let exponents = memory.values(of: last) + 2 &* tile
  let gradient = memory.gradients(of: last)
  for image in stride(from: 0, to: images, by: laneCount) {
    let scale = powerOfTwo(shared.exponent(memory, image) &- loadExponent(exponents, image))
    store(load(gradient, image) * scale, gradient, image)
    store(load(gradient + tile, image) * scale, gradient + tile, image)
  }
}

@inline(__always)
private func backwardOfPair(
  parent: Int, _ pair: ChildPair, memory: TileMemory, images: Int,
  first w: UnsafePointer<Float>, second v: UnsafePointer<Float>,
  firstSums: UnsafeMutablePointer<Float>, secondSums: UnsafeMutablePointer<Float>
) {
  let tile = memory.tile
  let gradient = memory.gradients(of: parent)
  let left = memory.values(of: Int(pair.left))
  let right = memory.values(of: Int(pair.right))
  let gradients = PairGradients(memory, pair)
  var statistics = PairStatistics()
  var image = 0
  while image < images {
    let g0 = loadHalf(gradient, image)
    let g1 = loadHalf(gradient + tile, image)
    let a0 = loadHalf(left, image)
    let a1 = loadHalf(left + tile, image)
    let b0 = loadHalf(right, image)
    let b1 = loadHalf(right + tile, image)
    gradients.add(g0, g1, a0, a1, b0, b1, w, v, image)
    statistics.add(g0, g1, a0, a1, b0, b1)
    image &+= halfLaneCount
  }
  statistics.addSums(to: firstSums, secondSums)
}
