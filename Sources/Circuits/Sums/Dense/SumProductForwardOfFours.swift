import Numerics

/// Values for K = 4, 8, 12, ...: four units of a region at a time, their sums of sixteen images in
/// eight registers from the first partition to the last; four units' weights stay in the cache
/// while the tile's images pass.
func forwardOfFours(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int
) {
  let tile = memory.tile
  let units = schedule.units
  let stride = (units &+ 1) &* tile
  let exponents = memory.values.pointer + units &* tile
  for s in sums {
    let sum = schedule.sums.pointer[s]
    let pairs = schedule.pairs.pointer + Int(sum.firstPartition)
    let partitions = Int(sum.partitionCount)
    let out = memory.values(of: Int(sum.slot))
    var image = 0
    while image < images {
      storeExponent(
        largestExponent(pairs, partitions, exponents: exponents, stride: stride, image),
        out + units &* tile, image)
      image &+= laneCount
    }
    let unitStride = Int(sum.productCount)
    var k = 0
    while k < units {
      image = 0
      while image < images {
        fourSums(
          PairsOfRegion(start: pairs, count: partitions),
          StridedWeights(
            weights + (Int(sum.weightOffset) &+ k &* unitStride), stride: unitStride),
          memory: memory, image: image, exponent: loadExponent(out + units &* tile, image),
          into: out + k &* tile)
        image &+= laneCount
      }
      k &+= 4
    }
    image = 0
    while image < images {
      normalise(
        rows: out, units: units, tile: tile, image: image,
        exponent: loadExponent(out + units &* tile, image))
      image &+= laneCount
    }
  }
}

/// The children of a region's partitions. An iterator over a buffer keeps the kernel from being inlined.
private struct PairsOfRegion {
  let start: UnsafeMutablePointer<ChildPair>
  let count: Int
}

/// The most products of a unit that are added to one running sum. Of more, the K products of each left unit are added
/// first: with P partitions a term passes through at most K + P K additions instead of P K^2. With one running
/// sum, 1,024 products put log p of an image with all pixels hidden 1.4e-5 nats off.
private let mostProductsAtOnce = 256

/// Four rows of sums, scaled to `exponent`.
@inline(__always)
private func fourSums(
  _ pairs: PairsOfRegion, _ four: StridedWeights, memory: TileMemory,
  image: Int, exponent: IntegerLanes, into out: UnsafeMutablePointer<Float>
) {
  let tile = memory.tile
  let units = memory.units
  let weights = four.start
  let w1 = weights + four.stride
  let w2 = w1 + four.stride
  let w3 = w2 + four.stride
  var (sum0, sum1, sum2, sum3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var at = 0
  let addsByLeftUnit = pairs.count &* units &* units > mostProductsAtOnce
  for p in 0..<pairs.count {
    let left = memory.values(of: Int(pairs.start[p].left))
    let right = memory.values(of: Int(pairs.start[p].right))
    let own =
      loadExponent(left + units &* tile, image) &+ loadExponent(right + units &* tile, image)
    let scale = powerOfTwo(atMostOne: own &- exponent)
    if addsByLeftUnit {
      for i in 0..<units {
        let a = load(left + i &* tile, image) * scale
        let inner = MatrixSums(columns: right + image, stride: tile, count: units).four(
          RowFactors(start: weights + at, row: four.stride, step: 1))
        sum0.addProduct(a, inner.0)
        sum1.addProduct(a, inner.1)
        sum2.addProduct(a, inner.2)
        sum3.addProduct(a, inner.3)
        at &+= units
      }
      continue
    }
    for i in 0..<units {
      let a = load(left + i &* tile, image) * scale
      for j in 0..<units {
        let product = a * load(right + j &* tile, image)
        sum0.addProduct(product, Lanes(repeating: weights[at]))
        sum1.addProduct(product, Lanes(repeating: w1[at]))
        sum2.addProduct(product, Lanes(repeating: w2[at]))
        sum3.addProduct(product, Lanes(repeating: w3[at]))
        at &+= 1
      }
    }
  }
  store(sum0, out, image)
  store(sum1, out + tile, image)
  store(sum2, out + 2 &* tile, image)
  store(sum3, out + 3 &* tile, image)
}
