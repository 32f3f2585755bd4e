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

  /// Gradients of the products: sum over units of gradient times weight, four products at a time.
  ///
  /// - Parameter weights: `[unit][product]`.
  @inline(__always)
  func productGradients(_ weights: UnsafePointer<Float>) {
    var product = 0
    while product &+ 4 <= count {
      // Rows of weights can lie a multiple of 4096 bytes apart, of which a cache holds few.
      for unit in 0..<units {
        UnsafeMutableRawPointer(scratch.weights + 4 &* unit).storeBytes(
          of: UnsafeRawPointer(weights + (unit &* count &+ product))
            .loadUnaligned(as: SIMD4<Float>.self), as: SIMD4<Float>.self)
      }
      var image = 0
      while image < images {
        fourGradients(
          image, into: scratch.gradients + (image / laneCount &* block &+ product &* laneCount))
        image &+= laneCount
      }
      product &+= 4
    }
    while product < count {
      oneGradient(product, weights)
      product &+= 1
    }
  }

  @inline(__always)
  private func fourGradients(_ image: Int, into out: UnsafeMutablePointer<Float>) {
    var (p0, p1, p2, p3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var w = UnsafePointer(scratch.weights)
    var row = scratch.sums + image
    for _ in 0..<units {
      let gradient = load(row, 0)
      p0.addProduct(gradient, Lanes(repeating: w[0]))
      p1.addProduct(gradient, Lanes(repeating: w[1]))
      p2.addProduct(gradient, Lanes(repeating: w[2]))
      p3.addProduct(gradient, Lanes(repeating: w[3]))
      w += 4
      row += tile
    }
    store(p0, out, 0)
    store(p1, out, laneCount)
    store(p2, out, 2 &* laneCount)
    store(p3, out, 3 &* laneCount)
  }

  @inline(__always)
  private func oneGradient(_ product: Int, _ weights: UnsafePointer<Float>) {
    var image = 0
    while image < images {
      var total = Lanes.zero
      for unit in 0..<units {
        total.addProduct(
          load(scratch.sums, unit &* tile &+ image),
          Lanes(repeating: weights[unit &* count &+ product]))
      }
      store(
        total, scratch.gradients, image / laneCount &* block &+ product &* laneCount)
      image &+= laneCount
    }
  }

  /// Sums over the images of gradient times product, sixteen products at a time.
  ///
  /// - Parameter statistics: `[unit][product]`.
  @inline(__always)
  func addStatistics(to statistics: UnsafeMutablePointer<Float>) {
    var first = 0
    while first < count {
      var image = 0
      while image < images {
        transpose(
          scratch.products + (image / laneCount &* block &+ first &* laneCount),
          units: laneCount, tile: laneCount, images: laneCount,
          into: scratch.transposed + image &* laneCount)
        image &+= laneCount
      }
      let valid = min(count &- first, laneCount)
      var unit = 0
      while unit < units {
        let rows = min(units &- unit, 4)
        let found =
          rows == 4
          ? fourStatistics(
            gradients: scratch.sums + unit &* tile, tile: tile, products: scratch.transposed,
            images: images)
          : fewStatistics(
            gradients: scratch.sums + unit &* tile, tile: tile, products: scratch.transposed,
            images: images, rows: rows)
        let place = statistics + (unit &* count &+ first)
        add(found.0, valid, to: place)
        if rows > 1 { add(found.1, valid, to: place + count) }
        if rows > 2 { add(found.2, valid, to: place + 2 &* count) }
        if rows > 3 { add(found.3, valid, to: place + 3 &* count) }
        unit &+= 4
      }
      first &+= laneCount
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

/// The statistics of fewer than four sum units.
@inline(__always)
private func fewStatistics(
  gradients: UnsafeMutablePointer<Float>, tile: Int, products: UnsafeMutablePointer<Float>,
  images: Int, rows: Int
) -> (Lanes, Lanes, Lanes, Lanes) {
  var found = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  for image in 0..<images {
    let product = load(products, laneCount &* image)
    found.0.addProduct(product, Lanes(repeating: gradients[image]))
    if rows > 1 { found.1.addProduct(product, Lanes(repeating: gradients[tile &+ image])) }
    if rows > 2 { found.2.addProduct(product, Lanes(repeating: gradients[2 &* tile &+ image])) }
  }
  return found
}
