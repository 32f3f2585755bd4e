import Numerics

/// Values of some sum regions of a tile, in the schedule's order; their children must hold theirs.
///
/// Per region two passes over its partitions: the largest exponent of its products, then the
/// weighted sum of products scaled to it. Zero products give a zero unit, never NaN.
/// - Parameters:
///   - sums: which of the schedule's sum regions.
///   - weights: linear sum weights in the schedule's order, each sum unit's summing to one.
///   - images: lanes to compute, a multiple of 16.
package func sumProductForward(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int
) {
  precondition(images <= memory.tile && images % laneCount == 0)
  precondition(sums.lowerBound >= 0 && sums.upperBound <= schedule.sumCount)
  let (alike, hasOwnRoot) = schedule.split(sums)
  if schedule.units == 2 {
    forwardOfPairs(schedule, sums: alike, weights: weights, memory: memory, images: images)
  } else if schedule.units % 4 == 0 {
    forwardOfFours(schedule, sums: alike, weights: weights, memory: memory, images: images)
  } else {
    forwardOfAnyUnits(schedule, sums: alike, weights: weights, memory: memory, images: images)
  }
  if hasOwnRoot {
    forwardOfAnyUnits(
      schedule, sums: alike.upperBound..<sums.upperBound, weights: weights, memory: memory,
      images: images)
  }
}

/// K = 2, the poster's circuits: both sums stay in registers.
private func forwardOfPairs(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int
) {
  let tile = memory.tile
  let stride = 3 &* tile
  let values = memory.values.pointer
  for s in sums {
    let step = schedule.sums.pointer[s]
    let pairs = schedule.pairs.pointer + Int(step.firstPartition)
    let partitions = Int(step.partitionCount)
    let out = values + Int(step.slot) &* stride
    var image = 0
    while image < images {
      let exponent = largestExponent(
        pairs, partitions, exponents: values + 2 &* tile, stride: stride, image)
      var sums = OfBoth(Lanes.zero, Lanes.zero)
      for p in 0..<partitions {
        let left = values + Int(pairs[p].left) &* stride
        let right = values + Int(pairs[p].right) &* stride
        let own = loadExponent(left + 2 &* tile, image) &+ loadExponent(right + 2 &* tile, image)
        let scale = powerOfTwo(atMostOne: own &- exponent)
        addPairProducts(
          OfBoth(load(left, image) * scale, load(left + tile, image) * scale),
          OfBoth(load(right, image), load(right + tile, image)),
          OfBoth(weights, step, partition: p), to: &sums)
      }
      let (scale, shared) = normalisation(of: larger(sums.first, sums.second), exponent)
      store(sums.first * scale, out, image)
      store(sums.second * scale, out + tile, image)
      storeExponent(shared, out + 2 &* tile, image)
      image &+= laneCount
    }
  }
}

/// Any K, and any number of sum units over the products of K: sums accumulate in the region's own
/// rows, those of one left unit's products first, as in `fourSums` with many products.
private func forwardOfAnyUnits(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int
) {
  let tile = memory.tile
  let units = schedule.units
  let stride = (units &+ 1) &* tile
  let values = memory.values.pointer
  for s in sums {
    let sum = schedule.sums.pointer[s]
    let pairs = schedule.pairs.pointer + Int(sum.firstPartition)
    let partitions = Int(sum.partitionCount)
    let regionWeights = weights + Int(sum.weightOffset)
    let (outputs, unitStride) = (Int(sum.units), Int(sum.productCount))
    let out = values + Int(sum.slot) &* stride
    var image = 0
    while image < images {
      let exponent = largestExponent(
        pairs, partitions, exponents: values + units &* tile, stride: stride, image)
      for k in 0..<outputs { store(.zero, out + k &* tile, image) }
      for p in 0..<partitions {
        let left = values + Int(pairs[p].left) &* stride
        let right = values + Int(pairs[p].right) &* stride
        let own =
          loadExponent(left + units &* tile, image) &+ loadExponent(right + units &* tile, image)
        let scale = powerOfTwo(atMostOne: own &- exponent)
        for i in 0..<units {
          let a = load(left + i &* tile, image) * scale
          let inner = MatrixSums(columns: right + image, stride: tile, count: units)
          let w = regionWeights + (p &* units &+ i) &* units
          for k in 0..<outputs {
            let row = out + k &* tile
            let sum = inner.one(RowFactors(start: w + k &* unitStride, row: unitStride, step: 1))
            store(load(row, image).addingProduct(a, sum), row, image)
          }
        }
      }
      normalise(rows: out, units: outputs, tile: tile, image: image, exponent: exponent)
      image &+= laneCount
    }
  }
}

/// The largest exponent of the products of some partitions.
@inline(__always)
func largestExponent(
  _ pairs: UnsafeMutablePointer<ChildPair>, _ partitions: Int,
  exponents: UnsafeMutablePointer<Float>, stride: Int, _ image: Int
) -> IntegerLanes {
  var largest = IntegerLanes(repeating: 2 &* exponentOfZero)
  for p in 0..<partitions {
    largest = larger(
      largest,
      loadExponent(exponents + Int(pairs[p].left) &* stride, image)
        &+ loadExponent(exponents + Int(pairs[p].right) &* stride, image))
  }
  return largest
}

/// The power of two that brings `largest` into [1, 2), and the exponent that makes up for it.
@inline(__always)
func normalisation(of largest: Lanes, _ exponent: IntegerLanes) -> (Lanes, IntegerLanes) {
  let biased = bits(largest) &>> IntegerLanes(repeating: 23)
  let scale = lanes(
    ofBits: (IntegerLanes(repeating: 254) &- biased) &<< IntegerLanes(repeating: 23))
  let shared = exponent &+ (biased &- IntegerLanes(repeating: 127))
  return (
    scale,
    shared.replacing(
      with: IntegerLanes(repeating: exponentOfZero), where: largest .== Lanes.zero)
  )
}

/// Brings the largest of K sums into [1, 2), image by image.
@inline(__always)
func normalise(
  rows: UnsafeMutablePointer<Float>, units: Int, tile: Int, image: Int, exponent: IntegerLanes
) {
  var largest = load(rows, image)
  for k in 1..<max(units, 1) { largest = larger(largest, load(rows + k &* tile, image)) }
  let (scale, shared) = normalisation(of: largest, exponent)
  for k in 0..<units {
    let row = rows + k &* tile
    store(load(row, image) * scale, row, image)
  }
  storeExponent(shared, rows + units &* tile, image)
}
