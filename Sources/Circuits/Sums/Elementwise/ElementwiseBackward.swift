import Numerics

extension ElementwiseProducts {
  /// The products are computed again; from the sum units' gradients come those of the products (a
  /// product of matrices), the statistics (another), and from the former the children's.
  package func backward(
    _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
    memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
  ) {
    precondition(images <= memory.tile && images % laneCount == 0)
    precondition(sums.lowerBound >= 0 && sums.upperBound <= schedule.sumCount)
    let scratch = ElementwiseScratch(schedule, memory)
    for s in sums.reversed() {
      let region = RegionBackward(
        schedule: schedule, sum: schedule.sums.pointer[s], memory: memory, images: images,
        scratch: scratch)
      region.recomputeProducts()
      region.productGradients(weights + Int(region.sum.weightOffset))
      region.addStatistics(to: statistics + Int(region.sum.weightOffset))
      region.addToChildren()
    }
  }
}

/// The backward pass of one sum region over a tile.
struct RegionBackward {
  let schedule: SumProductSchedule
  let sum: SumStep
  let memory: TileMemory
  let images: Int
  let scratch: ElementwiseScratch

  private var count: Int { Int(sum.productCount) }
  private var units: Int { Int(sum.units) }
  private var tile: Int { memory.tile }
  /// Floats of a block of sixteen images.
  var block: Int { ElementwiseScratch.stride(of: count) }

  /// The products, and the sum units' gradients in their scale.
  @inline(__always)
  func recomputeProducts() {
    let gradients = memory.gradients(of: Int(sum.slot))
    let exponents = memory.values(of: Int(sum.slot)) + units &* tile
    var image = 0
    while image < images {
      let rows = scratch.products + image / laneCount &* block
      let exponent = regionProducts(
        schedule, sum, memory, image: image, into: rows,
        shifts: scratch.shifts + image &* Int(sum.partitionCount))
      for row in count..<wholeLanes(count) { store(.zero, rows, row &* laneCount) }
      let scale = powerOfTwo(exponent &- loadExponent(exponents, image))
      for unit in 0..<units {
        let gradient = bounded(load(gradients, unit &* tile &+ image) * scale)
        store(gradient, scratch.sums, unit &* tile &+ image)
      }
      image &+= laneCount
    }
  }

  /// Gradients of the products: sum over units of gradient times weight, some products at a time.
  ///
  /// - Parameter weights: `[unit][product]`.
  @inline(__always)
  func productGradients(_ weights: UnsafePointer<Float>) {
    var product = 0
    while product < count {
      let rows = rowsOfNextSums(count &- product)
      copyColumns(rows, weights + product)
      let factors = RowFactors(start: UnsafePointer(scratch.weights), row: 1, step: mostRows)
      var image = 0
      while image < images {
        MatrixSums(columns: scratch.sums + image, stride: tile, count: units).store(
          rows, factors,
          into: scratch.gradients + (image / laneCount &* block &+ product &* laneCount),
          stride: laneCount)
        image &+= laneCount
      }
      product &+= rows
    }
  }

  private var mostRows: Int { ElementwiseScratch.mostRows }

  /// Some columns of the weights side by side: rows of weights can lie a multiple of 4096 bytes apart, of which a
  /// cache holds few.
  @inline(__always)
  private func copyColumns(_ columns: Int, _ weights: UnsafePointer<Float>) {
    for unit in 0..<units {
      for column in 0..<columns {
        scratch.weights[mostRows &* unit &+ column] = weights[unit &* count &+ column]
      }
    }
  }

  /// Sums over the images of gradient times product, sixteen products at a time.
  ///
  /// - Parameter statistics: `[unit][product]`.
  @inline(__always)
  func addStatistics(to statistics: UnsafeMutablePointer<Float>) {
    turnProducts()
    var unit = 0
    while unit < units {
      let rows = rowsOfNextSums(units &- unit)
      let factors = RowFactors(start: scratch.sums + unit &* tile, row: tile, step: 1)
      var first = 0
      while first < count {
        let sums = MatrixSums(
          columns: scratch.transposed + first &* tile, stride: laneCount, count: images)
        add(
          sums, rows, factors, valid: min(count &- first, laneCount),
          to: statistics + (unit &* count &+ first))
        first &+= laneCount
      }
      unit &+= rows
    }
  }

  /// The products by strips of sixteen, `[strip][image][16]`.
  @inline(__always)
  private func turnProducts() {
    var first = 0
    while first < count {
      var image = 0
      while image < images {
        transpose(
          scratch.products + (image / laneCount &* block &+ first &* laneCount),
          stride: laneCount, rows: laneCount, columns: laneCount,
          into: scratch.transposed + (first &* tile &+ image &* laneCount), stride: laneCount)
        image &+= laneCount
      }
      first &+= laneCount
    }
  }

  @inline(__always)
  private func add(
    _ sums: MatrixSums, _ rows: Int, _ factors: RowFactors, valid: Int,
    to place: UnsafeMutablePointer<Float>
  ) {
    switch rows {
    case 6:
      let found = sums.six(factors)
      add(found.0, valid, to: place)
      add(found.1, valid, to: place + count)
      add(found.2, valid, to: place + 2 &* count)
      add(found.3, valid, to: place + 3 &* count)
      add(found.4, valid, to: place + 4 &* count)
      add(found.5, valid, to: place + 5 &* count)
    case 4:
      let found = sums.four(factors)
      add(found.0, valid, to: place)
      add(found.1, valid, to: place + count)
      add(found.2, valid, to: place + 2 &* count)
      add(found.3, valid, to: place + 3 &* count)
    default: add(sums.one(factors), valid, to: place)
    }
  }

  @inline(__always)
  private func add(_ values: Lanes, _ valid: Int, to place: UnsafeMutablePointer<Float>) {
    if valid == laneCount {
      let raw = UnsafeMutableRawPointer(place)
      raw.storeBytes(of: raw.loadUnaligned(as: Lanes.self) + values, as: Lanes.self)
    } else {
      for lane in 0..<valid { place[lane] += values[lane] }
    }
  }
}
