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
    for p in 0..<Int(sum.partitionCount) {
      let pair = schedule.pairs.pointer[Int(sum.firstPartition) &+ p]
      backwardOfPair(
        parent: Int(sum.slot), pair, memory: memory, images: images,
        weights: OfBoth(weights, sum, partition: p),
        statistics: OfBoth(statistics, sum, partition: p))
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
  weights: OfBoth<UnsafePointer<Float>>, statistics places: OfBoth<UnsafeMutablePointer<Float>>
) {
  let tile = memory.tile
  let gradient = memory.gradients(of: parent)
  let left = memory.values(of: Int(pair.left))
  let right = memory.values(of: Int(pair.right))
  let gradients = PairGradients(memory, pair)
  var statistics = PairStatistics()
  var image = 0
  while image < images {
    let g = OfBoth(loadHalf(gradient, image), loadHalf(gradient + tile, image))
    let a = OfBoth(loadHalf(left, image), loadHalf(left + tile, image))
    let b = OfBoth(loadHalf(right, image), loadHalf(right + tile, image))
    gradients.add(g, a, b, weights, image)
    statistics.add(g, a, b)
    image &+= halfLaneCount
  }
  statistics.addSums(to: places)
}
