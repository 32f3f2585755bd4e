import Configuration
import Numerics

/// All K * K products of the units of two children: product i * K + j is unit i of the left child times
/// unit j of the right one (Peharz et al. 2020, section 3.2).
package struct DenseProducts: ProductLayer {
  package static let kind = "dense"

  package init() {}

  package func complaint(about graph: RegionGraph) -> String? {
    graph.isOfPairs
      ? nil
      : "products: dense multiplies all pairs of two children's units, and this structure has partitions of "
        + "other numbers of children: expected products: elementwise"
  }

  package func productCount(children: Int, units: Int) -> Int { units * units }

  package func unit(ofChild child: Int, product: Int, units: Int) -> Int {
    child == 0 ? product / units : product % units
  }

  package func scratchCount(
    _ schedule: SumProductSchedule, tile: Int, withGradients: Bool
  ) -> Int {
    withGradients ? FoursScratch.count(units: schedule.units, tile: tile) : 0
  }

  package func forward(
    _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
    memory: TileMemory, images: Int
  ) {
    sumProductForward(schedule, sums: sums, weights: weights, memory: memory, images: images)
  }

  package func backward(
    _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
    memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
  ) {
    sumProductBackward(
      schedule, sums: sums, weights: weights, memory: memory, images: images,
      statistics: statistics)
  }

  package func logProducts(
    children: UnsafeBufferPointer<UnsafePointer<Float>>, units: Int, tile: Int,
    into rows: UnsafeMutablePointer<Float>
  ) {
    let (left, right) = (children[0], children[1])
    for i in 0..<units {
      let a = load(left, i &* tile)
      for j in 0..<units {
        store(a + load(right, j &* tile), rows, (i &* units &+ j) &* laneCount)
      }
    }
  }
}

extension DenseProducts: CatalogueKind {
  package static let summary =
    "all K x K products of two children's units"
  package static var example: String { kind }
}
