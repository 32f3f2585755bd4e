import Configuration
import Numerics

/// The products of units of the same number: product i is unit i of every child times, so that a
/// partition of any number of children has K products (a CP decomposition: Loconte et al. 2024,
/// section 3; hidden Chow-Liu trees: Liu & Van den Broeck 2021).
package struct ElementwiseProducts: ProductLayer {
  package static let kind = "elementwise"

  package init() {}

  package func complaint(about graph: RegionGraph) -> String? { nil }

  package func productCount(children: Int, units: Int) -> Int { units }

  package func unit(ofChild child: Int, product: Int, units: Int) -> Int { product }

  package func scratchCount(
    _ schedule: SumProductSchedule, tile: Int, withGradients: Bool
  ) -> Int {
    ElementwiseScratch.count(schedule, tile: tile, withGradients: withGradients)
  }

  package func logProducts(
    children: UnsafeBufferPointer<UnsafePointer<Float>>, units: Int, tile: Int,
    into rows: UnsafeMutablePointer<Float>
  ) {
    for unit in 0..<units {
      var total = load(children[0], unit &* tile)
      for child in children.dropFirst() { total += load(child, unit &* tile) }
      store(total, rows, unit &* laneCount)
    }
  }
}

/// Places in a worker's scratch for the products of one sum region.
///
/// Products lie in blocks of sixteen images, `[block][product][16]`, so that a block's products are one
/// run of memory; the number of products is rounded up to whole vectors, and the padding is 0.
struct ElementwiseScratch {
  let products: UnsafeMutablePointer<Float>
  /// Gradients of the products, as they lie.
  let gradients: UnsafeMutablePointer<Float>
  /// `[block][partition][16]`: the exponent of each partition's products less that of all.
  let shifts: UnsafeMutablePointer<Float>
  /// `[unit][tile]`: gradients of the sum units in the scale of the products.
  let sums: UnsafeMutablePointer<Float>
  /// `[strip][image][16]`: the products by strips of sixteen.
  let transposed: UnsafeMutablePointer<Float>
  /// `[unit][6]`: weights of some products.
  let weights: UnsafeMutablePointer<Float>
  /// `[child][K][16]`: products of the first children of a partition, for sixteen images.
  let prefixes: UnsafeMutablePointer<Float>
  /// `[child][16]`: their exponents.
  let prefixExponents: UnsafeMutablePointer<Float>

  @inline(__always)
  init(_ schedule: SumProductSchedule, _ memory: TileMemory) {
    let sizes = Sizes(schedule, tile: memory.tile)
    products = memory.scratch.pointer
    gradients = products + sizes.products
    shifts = gradients + sizes.products
    sums = shifts + sizes.shifts
    transposed = sums + sizes.sums
    weights = transposed + sizes.products
    prefixes = weights + sizes.weights
    prefixExponents = prefixes + sizes.prefixes
  }

  /// The forward pass needs the products of one block alone.
  static func count(_ schedule: SumProductSchedule, tile: Int, withGradients: Bool) -> Int {
    guard schedule.sumCount > 0 else { return 0 }
    guard withGradients else { return stride(of: schedule.mostProducts) }
    let sizes = Sizes(schedule, tile: tile)
    return 3 * sizes.products + sizes.shifts + sizes.sums + sizes.weights
      + sizes.prefixes + schedule.children.most * laneCount
  }

  /// Columns of weights that are copied at a time.
  static let mostRows = 6

  /// Floats of a block of `count` products.
  @inline(__always)
  static func stride(of count: Int) -> Int { wholeLanes(count) &* laneCount }

  private struct Sizes {
    let products: Int
    let shifts: Int
    let sums: Int
    let weights: Int
    let prefixes: Int

    @inline(__always)
    init(_ schedule: SumProductSchedule, tile: Int) {
      let units = max(schedule.units, schedule.rootUnits)
      products = wholeLanes(schedule.mostProducts) &* tile
      shifts = schedule.mostPartitions &* tile
      sums = units &* tile
      weights = wholeLanes(mostRows &* units)
      prefixes = schedule.children.most &* schedule.units &* laneCount
    }
  }
}

extension ElementwiseProducts: CatalogueKind {
  package static let summary =
    "K products of units of the same number, of any number of children"
  package static var example: String { kind }
}
