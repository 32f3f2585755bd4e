import Numerics

/// The products of two children of two units, in the sums of both parents' units, and their gradients:
/// what sums with an exponent a region and sums that share one have in common.

/// What both units of a region have: values, gradients, or where the numbers of each start.
struct OfBoth<Value> {
  var first: Value
  var second: Value

  @inline(__always)
  init(_ first: Value, _ second: Value) {
    self.first = first
    self.second = second
  }
}

extension OfBoth<UnsafePointer<Float>> {
  /// A partition's weights `[i][j]` of both sum units of a region.
  @inline(__always)
  init(_ weights: UnsafePointer<Float>, _ sum: SumStep, partition: Int) {
    let first = weights + (Int(sum.weightOffset) &+ 4 &* partition)
    self.init(first, first + 4 &* Int(sum.partitionCount))
  }
}

extension OfBoth<UnsafeMutablePointer<Float>> {
  /// The place of their statistics.
  @inline(__always)
  init(_ statistics: UnsafeMutablePointer<Float>, _ sum: SumStep, partition: Int) {
    let first = statistics + (Int(sum.weightOffset) &+ 4 &* partition)
    self.init(first, first + 4 &* Int(sum.partitionCount))
  }
}

/// Adds w (a x b) to one sum and v (a x b) to the other.
///
/// - Parameter weights: `[i][j]`, w of the first sum unit and v of the second.
@inline(__always)
func addPairProducts(
  _ a: OfBoth<Lanes>, _ b: OfBoth<Lanes>, _ weights: OfBoth<UnsafePointer<Float>>,
  to sums: inout OfBoth<Lanes>
) {
  let (w, v) = (weights.first, weights.second)
  let p00 = a.first * b.first
  let p01 = a.first * b.second
  let p10 = a.second * b.first
  let p11 = a.second * b.second
  sums.first.addProduct(p00, Lanes(repeating: w[0]))
  sums.second.addProduct(p00, Lanes(repeating: v[0]))
  sums.first.addProduct(p01, Lanes(repeating: w[1]))
  sums.second.addProduct(p01, Lanes(repeating: v[1]))
  sums.first.addProduct(p10, Lanes(repeating: w[2]))
  sums.second.addProduct(p10, Lanes(repeating: v[2]))
  sums.first.addProduct(p11, Lanes(repeating: w[3]))
  sums.second.addProduct(p11, Lanes(repeating: v[3]))
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
    _ g: OfBoth<HalfLanes>, _ a: OfBoth<HalfLanes>, _ b: OfBoth<HalfLanes>,
    _ weights: OfBoth<UnsafePointer<Float>>, _ image: Int
  ) {
    let (w, v) = (weights.first, weights.second)
    let (g0, g1) = (g.first, g.second)
    let p00 = (g0 * HalfLanes(repeating: w[0])).addingProduct(g1, HalfLanes(repeating: v[0]))
    let p01 = (g0 * HalfLanes(repeating: w[1])).addingProduct(g1, HalfLanes(repeating: v[1]))
    let p10 = (g0 * HalfLanes(repeating: w[2])).addingProduct(g1, HalfLanes(repeating: v[2]))
    let p11 = (g0 * HalfLanes(repeating: w[3])).addingProduct(g1, HalfLanes(repeating: v[3]))
    addProducts(p00, b.first, p01, b.second, left, image)
    addProducts(p10, b.first, p11, b.second, left + tile, image)
    addProducts(p00, a.first, p10, a.second, right, image)
    addProducts(p01, a.first, p11, a.second, right + tile, image)
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
  mutating func add(_ g: OfBoth<HalfLanes>, _ a: OfBoth<HalfLanes>, _ b: OfBoth<HalfLanes>) {
    let (b0, b1) = (b.first, b.second)
    let g0a0 = g.first * a.first
    let g0a1 = g.first * a.second
    let g1a0 = g.second * a.first
    let g1a1 = g.second * a.second
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
  func addSums(to places: OfBoth<UnsafeMutablePointer<Float>>) {
    add(sums(w00, w01, w10, w11), places.first)
    add(sums(v00, v01, v10, v11), places.second)
  }

  @inline(__always)
  private func add(_ four: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
    let raw = UnsafeMutableRawPointer(place)
    raw.storeBytes(of: raw.loadUnaligned(as: SIMD4<Float>.self) + four, as: SIMD4<Float>.self)
  }
}
