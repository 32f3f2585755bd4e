import Numerics

/// The products of two children of two units, in the sums of both parents' units, and their gradients:
/// what sums with an exponent a region and sums that share one have in common.

/// Adds w (a x b) to one sum and v (a x b) to the other.
///
/// - Parameters:
///   - w: `[i][j]`, weights of the first sum unit; `v` of the second.
@inline(__always)
func addPairProducts(
  _ a0: Lanes, _ a1: Lanes, _ b0: Lanes, _ b1: Lanes, _ w: UnsafePointer<Float>,
  _ v: UnsafePointer<Float>, _ sum0: inout Lanes, _ sum1: inout Lanes
) {
  let p00 = a0 * b0
  let p01 = a0 * b1
  let p10 = a1 * b0
  let p11 = a1 * b1
  sum0.addProduct(p00, Lanes(repeating: w[0]))
  sum1.addProduct(p00, Lanes(repeating: v[0]))
  sum0.addProduct(p01, Lanes(repeating: w[1]))
  sum1.addProduct(p01, Lanes(repeating: v[1]))
  sum0.addProduct(p10, Lanes(repeating: w[2]))
  sum1.addProduct(p10, Lanes(repeating: v[2]))
  sum0.addProduct(p11, Lanes(repeating: w[3]))
  sum1.addProduct(p11, Lanes(repeating: v[3]))
}

/// Rows of gradients of a partition's children, of both units each.
struct PairGradients {
  let left: UnsafeMutablePointer<Float>
  let right: UnsafeMutablePointer<Float>
  let tile: Int

  @inline(__always)
  init(_ memory: TileMemory, _ pair: ChildPair) {
    left = memory.gradients(of: Int(pair.left))
    right = memory.gradients(of: Int(pair.right))
    tile = memory.tile
  }

  /// Adds what comes down from parents' gradients g.
  @inline(__always)
  func add(
    _ g0: HalfLanes, _ g1: HalfLanes, _ a0: HalfLanes, _ a1: HalfLanes, _ b0: HalfLanes,
    _ b1: HalfLanes, _ w: UnsafePointer<Float>, _ v: UnsafePointer<Float>, _ image: Int
  ) {
    let p00 = (g0 * HalfLanes(repeating: w[0])).addingProduct(g1, HalfLanes(repeating: v[0]))
    let p01 = (g0 * HalfLanes(repeating: w[1])).addingProduct(g1, HalfLanes(repeating: v[1]))
    let p10 = (g0 * HalfLanes(repeating: w[2])).addingProduct(g1, HalfLanes(repeating: v[2]))
    let p11 = (g0 * HalfLanes(repeating: w[3])).addingProduct(g1, HalfLanes(repeating: v[3]))
    addProducts(p00, b0, p01, b1, left, image)
    addProducts(p10, b0, p11, b1, left + tile, image)
    addProducts(p00, a0, p10, a1, right, image)
    addProducts(p01, a0, p11, a1, right + tile, image)
  }
}

/// Two products added to a row.
@inline(__always)
private func addProducts(
  _ p: HalfLanes, _ b: HalfLanes, _ q: HalfLanes, _ c: HalfLanes,
  _ row: UnsafeMutablePointer<Float>, _ image: Int
) {
  UnsafeMutableRawPointer(row + image).storeBytes(
    of: loadHalf(row, image).addingProduct(p, b).addingProduct(q, c), as: HalfLanes.self)
}

/// Statistics of a partition's eight weights, eight images to a register: summed at the tile's end.
struct PairStatistics {
  private var (w00, w01, w10, w11) = (
    HalfLanes.zero, HalfLanes.zero, HalfLanes.zero, HalfLanes.zero
  )
  private var (v00, v01, v10, v11) = (
    HalfLanes.zero, HalfLanes.zero, HalfLanes.zero, HalfLanes.zero
  )

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(
    _ g0: HalfLanes, _ g1: HalfLanes, _ a0: HalfLanes, _ a1: HalfLanes, _ b0: HalfLanes,
    _ b1: HalfLanes
  ) {
    let g0a0 = g0 * a0
    let g0a1 = g0 * a1
    let g1a0 = g1 * a0
    let g1a1 = g1 * a1
    w00.addProduct(g0a0, b0)
    w01.addProduct(g0a0, b1)
    w10.addProduct(g0a1, b0)
    w11.addProduct(g0a1, b1)
    v00.addProduct(g1a0, b0)
    v01.addProduct(g1a0, b1)
    v10.addProduct(g1a1, b0)
    v11.addProduct(g1a1, b1)
  }

  /// Adds the sums over the images to `[i][j]` of both sum units.
  @inline(__always)
  func addSums(to first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>) {
    add(sums(w00, w01, w10, w11), first)
    add(sums(v00, v01, v10, v11), second)
  }

  @inline(__always)
  private func add(_ four: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
    let raw = UnsafeMutableRawPointer(place)
    raw.storeBytes(of: raw.loadUnaligned(as: SIMD4<Float>.self) + four, as: SIMD4<Float>.self)
  }
}
