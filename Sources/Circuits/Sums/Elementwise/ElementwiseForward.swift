import Numerics

extension ElementwiseProducts {
  package func forward(
    _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
    memory: TileMemory, images: Int
  ) {
    precondition(images <= memory.tile && images % laneCount == 0)
    precondition(sums.lowerBound >= 0 && sums.upperBound <= schedule.sumCount)
    let products = memory.scratch.pointer
    for s in sums {
      let sum = schedule.sums.pointer[s]
      let out = memory.values(of: Int(sum.slot))
      let own = weights + Int(sum.weightOffset)
      var image = 0
      while image < images {
        let exponent = regionProducts(
          schedule, sum, memory, image: image, into: products, shifts: nil)
        weightedSums(
          of: products, count: Int(sum.productCount), weights: own, units: Int(sum.units),
          into: out + image, stride: memory.tile)
        normalise(
          rows: out, units: Int(sum.units), tile: memory.tile, image: image, exponent: exponent)
        image &+= laneCount
      }
    }
  }
}

/// `out[unit] = sum over products of weights[unit][product] * products[product]`, for sixteen images.
///
/// - Parameters:
///   - products: `[product][16]`.
///   - weights: `[unit][product]`.
///   - stride: floats from one unit's row of `out` to the next.
@inline(__always)
private func weightedSums(
  of products: UnsafePointer<Float>, count: Int, weights: UnsafePointer<Float>, units: Int,
  into out: UnsafeMutablePointer<Float>, stride: Int
) {
  var unit = 0
  while unit &+ 4 <= units {
    let w0 = weights + unit &* count
    let w1 = w0 + count
    let w2 = w1 + count
    let w3 = w2 + count
    var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for product in 0..<count {
      let value = load(products, product &* laneCount)
      s0.addProduct(value, Lanes(repeating: w0[product]))
      s1.addProduct(value, Lanes(repeating: w1[product]))
      s2.addProduct(value, Lanes(repeating: w2[product]))
      s3.addProduct(value, Lanes(repeating: w3[product]))
    }
    store(s0, out, unit &* stride)
    store(s1, out, (unit &+ 1) &* stride)
    store(s2, out, (unit &+ 2) &* stride)
    store(s3, out, (unit &+ 3) &* stride)
    unit &+= 4
  }
  while unit < units {
    let own = weights + unit &* count
    var total = Lanes.zero
    for product in 0..<count {
      total.addProduct(load(products, product &* laneCount), Lanes(repeating: own[product]))
    }
    store(total, out, unit &* stride)
    unit &+= 1
  }
}
