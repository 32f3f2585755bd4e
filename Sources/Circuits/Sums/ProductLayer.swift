import Numerics

/// How the units of a partition's children are multiplied; one conforming type a folder.
///
/// Product units are numbered within their partition, and a region's products partition by partition:
/// that is the order of a sum unit's weights. Each layer has a fast forward and backward pass over
/// tiles; everything else (reference, log domain, max-product, draws, counts, files) follows from
/// `productCount` and `unit`.
package protocol ProductLayer: Sendable {
  /// The word in a pipeline's `products:`.
  static var kind: String { get }

  /// Why it cannot multiply the partitions of a graph; nil if it can.
  func complaint(about graph: RegionGraph) -> String?

  /// Product units of a partition.
  func productCount(children: Int, units: Int) -> Int

  /// The unit of child number `child` that product number `product` multiplies.
  func unit(ofChild child: Int, product: Int, units: Int) -> Int

  /// Floats of scratch that the passes over a tile need.
  func scratchCount(_ schedule: SumProductSchedule, tile: Int, withGradients: Bool) -> Int

  /// Values of some sum regions of a tile, in the schedule's order; their children must hold theirs.
  ///
  /// Marks images that the linear domain cannot carry in `memory.outside`. Zero products give a zero
  /// unit, never NaN.
  /// - Parameters:
  ///   - weights: linear sum weights, each sum unit's summing to one.
  ///   - images: lanes to compute, a multiple of 16.
  func forward(
    _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
    memory: TileMemory, images: Int)

  /// Gradients of log S for the children of some sum regions, parents first, and the statistics of
  /// their weights.
  ///
  /// Needs the values of `forward` and the sums' own gradients, complete; children's gradient rows are
  /// added to. Where S = 0 all gradients stay 0.
  /// - Parameter statistics: `[weight]`; gains d log S / d weight, summed over the images, for each
  ///   weight. Times the weight this is the expected count of that edge.
  func backward(
    _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
    memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>)

  /// Log-values of one partition's products for sixteen images, `[product][16]`.
  ///
  /// - Parameter children: rows of each child's log-values, `[unit][tile]`, at the first image.
  func logProducts(
    children: UnsafeBufferPointer<UnsafePointer<Float>>, units: Int, tile: Int,
    into rows: UnsafeMutablePointer<Float>)
}
