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
  let sums = MatrixSums(columns: products, stride: laneCount, count: count)
  var unit = 0
  while unit < units {
    let rows = rowsOfNextSums(units &- unit)
    sums.store(
      rows, RowFactors(start: weights + unit &* count, row: count, step: 1),
      into: out + unit &* stride, stride: stride)
    unit &+= rows
  }
}
