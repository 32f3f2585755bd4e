import Numerics

@inline(__always)
private func quarter(_ place: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(place).load(as: SIMD4<Float>.self)
}

/// Adds the statistics of one partition, sixteen products (i, j) at a time; needs the scaled gradients
/// and the right child's values in the scratch.
@inline(__always)
func addStatistics(
  left: UnsafeMutablePointer<Float>, _ memory: TileMemory, images: Int, _ scratch: FoursScratch,
  into statistics: UnsafeMutablePointer<Float>, unitStride: Int
) {
  let (units, tile) = (memory.units, memory.tile)
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
  let (s0, s1, s2, s3) = fourStatistics(
    gradients: g0, tile: tile, products: products, images: images)
  let last = statistics + 2 &* unitStride
  store(load(statistics, 0) + s0, statistics, 0)
  store(load(statistics, unitStride) + s1, statistics, unitStride)
  store(load(last, 0) + s2, last, 0)
  store(load(last, unitStride) + s3, last, unitStride)
}

/// Sums over the images of sixteen products `[image][16]` times the gradients of four sum units.
@inline(__always)
func fourStatistics(
  gradients g0: UnsafeMutablePointer<Float>, tile: Int, products: UnsafeMutablePointer<Float>,
  images: Int
) -> (Lanes, Lanes, Lanes, Lanes) {
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
  return (s0, s1, s2, s3)
}
