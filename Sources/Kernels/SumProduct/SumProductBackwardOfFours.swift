/// Gradients and statistics for K = 4, 8, 12, ...
///
/// With g the parent's gradients scaled to a partition, p_ij = sum_k g_k w_kij is formed four at a
/// time in registers; from it the left child gains sum_j p_ij b_j and the right sum_i p_ij a_i. The
/// statistics sum_images g_k a_i b_j hold sixteen products (i, j) in their lanes, so that no lanes
/// are ever added up.
func backwardOfFours(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
) {
  let units = schedule.units
  let tile = memory.tile
  let scratch = FoursScratch(memory)
  for s in sums.reversed() {
    let sum = schedule.sums.pointer[s]
    let unitStride = schedule.weightsAUnit(sum)
    for p in 0..<Int(sum.partitionCount) {
      let pair = schedule.children.pointer[Int(sum.firstPartition) &+ p]
      let left = memory.values(of: Int(pair.left))
      let right = memory.values(of: Int(pair.right))
      let base = Int(sum.weightOffset) &+ p &* units &* units
      scaleGradients(
        memory, parent: Int(sum.slot), left: left, right: right, images: images,
        into: scratch.gradients)
      addToChildren(
        memory, pair, weights: weights + base, unitStride: unitStride, images: images, scratch)
      transpose(right, units: units, tile: tile, images: images, into: scratch.right)
      addStatistics(
        left: left, units: units, tile: tile, images: images, scratch,
        into: statistics + base, unitStride: unitStride)
    }
  }
}

/// Places in a worker's scratch for one partition.
private struct FoursScratch {
  /// `[k][tile]`: the parent's gradients in the scale of the partition's products.
  let gradients: UnsafeMutablePointer<Float>
  /// `[image][j]`: values of the right child.
  let right: UnsafeMutablePointer<Float>
  /// `[image][16]`: a block of products.
  let products: UnsafeMutablePointer<Float>
  /// `[k][4]`: weights of four products.
  let weights: UnsafeMutablePointer<Float>

  @inline(__always)
  init(_ memory: TileMemory) {
    let rows = memory.units &* memory.tile
    gradients = memory.scratch.pointer
    right = gradients + rows
    products = right + rows
    weights = products + 16 &* memory.tile
  }
}

extension TileMemory {
  /// Floats of scratch that the backward pass needs besides values and gradients.
  static func scratchCount(units: Int, tile: Int) -> Int {
    units % 4 == 0 ? (2 * units + 16) * tile + 4 * units : 0
  }
}

@inline(__always)
private func scaleGradients(
  _ memory: TileMemory, parent: Int, left: UnsafeMutablePointer<Float>,
  right: UnsafeMutablePointer<Float>, images: Int, into scaled: UnsafeMutablePointer<Float>
) {
  let tile = memory.tile
  let exponents = memory.units &* tile
  let gradients = memory.gradients(of: parent)
  let parentExponents = memory.values(of: parent) + exponents
  var image = 0
  while image < images {
    let scale = powerOfTwo(
      loadExponent(left + exponents, image) &+ loadExponent(right + exponents, image)
        &- loadExponent(parentExponents, image))
    for k in 0..<memory.units {
      store(bounded(load(gradients + k &* tile, image) * scale), scaled + k &* tile, image)
    }
    image &+= laneCount
  }
}

@inline(__always)
private func addToChildren(
  _ memory: TileMemory, _ pair: ChildPair, weights: UnsafePointer<Float>, unitStride: Int,
  images: Int, _ scratch: FoursScratch
) {
  let units = memory.units
  let tile = memory.tile
  let left = memory.values(of: Int(pair.left))
  let right = memory.values(of: Int(pair.right))
  let leftGradient = memory.gradients(of: Int(pair.left))
  let rightGradient = memory.gradients(of: Int(pair.right))
  // Rows of many units lie a multiple of 4096 bytes apart, which a cache can hold few of.
  let isPacked = units >= 16
  for i in 0..<units {
    var j = 0
    while j < units {
      var four = weights + (i &* units &+ j)
      if isPacked {
        for k in 0..<units {
          UnsafeMutableRawPointer(scratch.weights + 4 &* k).storeBytes(
            of: UnsafeRawPointer(four + k &* unitStride).loadUnaligned(as: SIMD4<Float>.self),
            as: SIMD4<Float>.self)
        }
        four = UnsafePointer(scratch.weights)
      }
      let stride = isPacked ? 4 : unitStride
      var image = 0
      while image < images {
        addFourProducts(
          weights: four, stride: stride, gradients: scratch.gradients, units: units, tile: tile,
          a: left + i &* tile, b: right + j &* tile, forA: leftGradient + i &* tile,
          forB: rightGradient + j &* tile, image)
        image &+= laneCount
      }
      j &+= 4
    }
  }
}

@inline(__always)
private func addFourProducts(
  weights: UnsafePointer<Float>, stride: Int, gradients: UnsafeMutablePointer<Float>, units: Int,
  tile: Int, a: UnsafeMutablePointer<Float>, b: UnsafeMutablePointer<Float>,
  forA: UnsafeMutablePointer<Float>, forB: UnsafeMutablePointer<Float>, _ image: Int
) {
  var (p0, p1, p2, p3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var w = weights
  var row = gradients
  for _ in 0..<units {
    let g = load(row, image)
    p0.addProduct(g, Lanes(repeating: w[0]))
    p1.addProduct(g, Lanes(repeating: w[1]))
    p2.addProduct(g, Lanes(repeating: w[2]))
    p3.addProduct(g, Lanes(repeating: w[3]))
    w += stride
    row += tile
  }
  let left = (p0 * load(b, image)).addingProduct(p1, load(b + tile, image))
    .addingProduct(p2, load(b + 2 &* tile, image)).addingProduct(p3, load(b + 3 &* tile, image))
  store(load(forA, image) + left, forA, image)
  let value = load(a, image)
  store(load(forB, image).addingProduct(p0, value), forB, image)
  store(load(forB + tile, image).addingProduct(p1, value), forB + tile, image)
  store(load(forB + 2 &* tile, image).addingProduct(p2, value), forB + 2 &* tile, image)
  store(load(forB + 3 &* tile, image).addingProduct(p3, value), forB + 3 &* tile, image)
}

@inline(__always)
private func quarter(_ place: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(place).load(as: SIMD4<Float>.self)
}

/// `[unit][tile]` to `[image][unit]`.
@inline(__always)
private func transpose(
  _ rows: UnsafeMutablePointer<Float>, units: Int, tile: Int, images: Int,
  into turned: UnsafeMutablePointer<Float>
) {
  var j = 0
  while j < units {
    var image = 0
    while image < images {
      let r0 = quarter(rows + (j &* tile &+ image))
      let r1 = quarter(rows + ((j &+ 1) &* tile &+ image))
      let r2 = quarter(rows + ((j &+ 2) &* tile &+ image))
      let r3 = quarter(rows + ((j &+ 3) &* tile &+ image))
      let out = UnsafeMutableRawPointer(turned + (image &* units &+ j))
      let next = units &* MemoryLayout<Float>.stride
      out.storeBytes(of: SIMD4(r0.x, r1.x, r2.x, r3.x), as: SIMD4<Float>.self)
      (out + next).storeBytes(of: SIMD4(r0.y, r1.y, r2.y, r3.y), as: SIMD4<Float>.self)
      (out + 2 &* next).storeBytes(of: SIMD4(r0.z, r1.z, r2.z, r3.z), as: SIMD4<Float>.self)
      (out + 3 &* next).storeBytes(of: SIMD4(r0.w, r1.w, r2.w, r3.w), as: SIMD4<Float>.self)
      image &+= 4
    }
    j &+= 4
  }
}

@inline(__always)
private func addStatistics(
  left: UnsafeMutablePointer<Float>, units: Int, tile: Int, images: Int, _ scratch: FoursScratch,
  into statistics: UnsafeMutablePointer<Float>, unitStride: Int
) {
  var first = 0
  while first < units &* units {
    if units % 8 == 0 {
      productsOfHalves(
        first, left: left, units: units, tile: tile, images: images, scratch)
    } else {
      productsOfQuarters(
        first, left: left, units: units, tile: tile, images: images, scratch)
    }
    var k = 0
    while k < units {
      addFourStatistics(
        gradients: scratch.gradients + k &* tile, tile: tile, products: scratch.products,
        images: images, into: statistics + (k &* unitStride &+ first), unitStride: unitStride)
      k &+= 4
    }
    first &+= 16
  }
}

/// Products `first` to `first` + 15, `[image][16]`; product i * K + j is a_i b_j.
@inline(__always)
private func productsOfHalves(
  _ first: Int, left: UnsafeMutablePointer<Float>, units: Int, tile: Int, images: Int,
  _ scratch: FoursScratch
) {
  let second = first &+ 8
  let a = left + first / units &* tile
  let c = left + second / units &* tile
  let b = UnsafeRawPointer(scratch.right + first % units)
  let d = UnsafeRawPointer(scratch.right + second % units)
  let next = units &* MemoryLayout<Float>.stride
  for image in 0..<images {
    let low = (b + image &* next).load(as: SIMD8<Float>.self) * SIMD8(repeating: a[image])
    let high = (d + image &* next).load(as: SIMD8<Float>.self) * SIMD8(repeating: c[image])
    let out = UnsafeMutableRawPointer(scratch.products + 16 &* image)
    out.storeBytes(of: low, as: SIMD8<Float>.self)
    (out + 32).storeBytes(of: high, as: SIMD8<Float>.self)
  }
}

@inline(__always)
private func productsOfQuarters(
  _ first: Int, left: UnsafeMutablePointer<Float>, units: Int, tile: Int, images: Int,
  _ scratch: FoursScratch
) {
  for part in 0..<4 {
    let number = first &+ 4 &* part
    let a = left + number / units &* tile
    let b = scratch.right + number % units
    for image in 0..<images {
      UnsafeMutableRawPointer(scratch.products + (16 &* image &+ 4 &* part)).storeBytes(
        of: quarter(b + image &* units) * SIMD4(repeating: a[image]), as: SIMD4<Float>.self)
    }
  }
}

@inline(__always)
private func addFourStatistics(
  gradients g0: UnsafeMutablePointer<Float>, tile: Int, products: UnsafeMutablePointer<Float>,
  images: Int, into statistics: UnsafeMutablePointer<Float>, unitStride: Int
) {
  let g1 = g0 + tile
  let g2 = g1 + tile
  let g3 = g2 + tile
  var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  for image in 0..<images {
    let product = load(products, 16 &* image)
    s0.addProduct(product, Lanes(repeating: g0[image]))
    s1.addProduct(product, Lanes(repeating: g1[image]))
    s2.addProduct(product, Lanes(repeating: g2[image]))
    s3.addProduct(product, Lanes(repeating: g3[image]))
  }
  let last = statistics + 2 &* unitStride
  store(load(statistics, 0) + s0, statistics, 0)
  store(load(statistics, unitStride) + s1, statistics, unitStride)
  store(load(last, 0) + s2, last, 0)
  store(load(last, unitStride) + s3, last, unitStride)
}
