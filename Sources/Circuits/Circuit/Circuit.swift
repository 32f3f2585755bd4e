import Numerics

/// A region of sum units: its partitions in the graph, and where its weights start.
package struct SumRegion: Hashable, Sendable {
  package let region: Int
  package let partitions: Range<Int>
  /// `[unit][product]`, products partition by partition.
  package let weightOffset: Int
  /// Products of all its partitions: the weights of one unit.
  package let productCount: Int
  /// Sum units: the circuit's K, or its root units.
  package let units: Int
}

/// A segment, or what is left over: sum regions of the schedule and leaf regions by number.
struct Stratum: Sendable {
  let sums: Range<Int>
  let leaves: [Int]
  /// Set if all its regions can share an exponent.
  var shared: SharedExponent?
}

/// A sum-product network over the pixels of an image: immutable topology, shared by all workers.
///
/// Every region holds K units: leaf distributions over its pixels, or sum units over all products of all
/// its partitions. The root's units are mixed with fixed weights: 1/K, or, where
/// each is a class, the classes' probabilities; their number is then the classes', whatever K is.
package final class Circuit: Sendable {
  package let graph: RegionGraph
  package let units: Int
  /// Sum units of the root region.
  package let rootUnits: Int
  package let leaf: any Leaf
  /// How the units of a partition's children are multiplied.
  package let products: any ProductLayer
  /// Where the weights of sum units come from.
  package let weights: any SumWeights
  /// The same, of this circuit's sums.
  package let boundWeights: any BoundWeights
  let weightComputation: WeightComputation
  /// Pixels (row-major) of each variable of the region graph.
  package let superpixels: [[Int32]]
  /// Values of an image: pixels times channels.
  package let pixelCount: Int
  /// Values of one pixel: value d is channel d % channels of pixel d / channels.
  package let channels: Int

  package let schedule: SumProductSchedule
  package let layout: ParameterLayout
  package let pieces: [LearningPiece]
  package let leafRegions: [Int]
  package let sumRegions: [SumRegion]
  /// The first sum region of each parameter group: every sum weight once.
  package let weightGroups: [SumRegion]
  /// What is worked on together, in order; the last is the part in no segment.
  let strata: [Stratum]
  let segmentation: Segmentation
  let unsegmentedBytes: Int
  /// Images a tile has at most. Weights and their statistics are fetched and added up once a tile, so
  /// sums want many images; their values want to stay in the second cache, so not too many.
  package let largestTile: Int
  package let leafShapes: [LeafShape]
  /// The memory of each leaf region.
  package let leafSizes: [LeafSizes]
  /// Whether leaves leave out hidden pixels by themselves.
  let hidesPixels: Bool
  /// Pixels of each leaf region, ascending by superpixel.
  package let leafPixels: [[Int32]]

  /// Whether some pixels are in several leaf regions. No structure makes such graphs, but joined circuits
  /// are such, and a model file may have one.
  package let leavesOverlap: Bool

  let leafSlots: [Int]
  let flatLeafPixels: AlignedBuffer<Int32>
  let leafPixelOffsets: [Int]
  /// The probability of each class where root units are classes.
  package let classPriors: [Float]?
  let rootWeights: AlignedBuffer<Float>

  /// - Parameters:
  ///   - units: of a region: K.
  ///   - unsegmentedBytes: memory that values and gradients of a tile may take before they are computed
  ///     in segments.
  package init(
    graph: RegionGraph, units: Int, sums layers: SumLayers = SumLayers(), leaf: any Leaf,
    superpixels cut: Superpixels, unsegmentedBytes: Int = 1 << 21
  ) {
    let (products, weights, classPriors) = (layers.products, layers.weights, layers.classPriors)
    let (superpixels, channels) = (cut.values, cut.channels)
    precondition(units >= 1 && superpixels.count == graph.variableCount)
    precondition(products.complaint(about: graph) == nil)
    precondition(weights.complaint(about: graph, products: products, units: units) == nil)
    precondition(classPriors == nil || graph.partitions.count > 0, "one region has no classes")
    self.graph = graph
    self.units = units
    self.classPriors = classPriors
    rootUnits = classPriors?.count ?? units
    self.leaf = leaf
    self.products = products
    self.weights = weights
    self.superpixels = superpixels
    self.channels = channels
    pixelCount = superpixels.reduce(0) { $0 + $1.count }
    precondition(Set(superpixels.joined()).count == pixelCount, "a pixel is in one superpixel")

    let leafRegions = graph.leafRegions
    let leafPixels = leafRegions.map { graph.scopes[$0].variables.flatMap { superpixels[$0] } }
    leavesOverlap = leafPixels.reduce(0) { $0 + $1.count } > pixelCount
    leafShapes = leafPixels.map { LeafShape(units: units, pixels: $0.count, channels: channels) }
    leafSizes = leafShapes.map(leaf.sizes)
    hidesPixels = leaf.hidesPixels
    self.unsegmentedBytes = unsegmentedBytes
    largestTile = max(
      leafSizes.map(\.largestTile).max() ?? LeafSizes.usualTile,
      graph.partitions.isEmpty ? 0 : 64)
    let bytes = graph.scopes.count * (2 * units + 1) * largestTile * MemoryLayout<Float>.stride
    let segmentation = Segmentation(graph, isWanted: bytes > unsegmentedBytes)
    let slots = segmentation.slots
    let (sums, strata) = Circuit.order(
      Circuit.sumRegions(of: graph, units: units, rootUnits: rootUnits, products: products),
      leafRegions, segmentation)
    self.segmentation = segmentation
    schedule = Circuit.schedule(
      graph, sums: sums, units: units, rootUnits: rootUnits, segmentation: segmentation,
      products: products)
    self.strata = strata.map {
      units == 2 && products is DenseProducts
        ? $0.sharingExponent(regions: sums, graph: graph, slots: slots) : $0
    }
    let inOrder = sums.sorted { $0.region < $1.region }
    weightGroups = inOrder.filter { graph.groups[$0.region] == $0.region }
    boundWeights = weights.bound(
      to: WeightedSums(
        graph: graph, units: units, groups: weightGroups, weightCount: schedule.weightCount,
        rootIsOfClasses: classPriors != nil))
    weightComputation = boundWeights.computation
    layout = ParameterLayout(
      sumParameterCount: boundWeights.parameterCount, sumWeightCount: schedule.weightCount,
      leaves: leafSizes, shapes: leafShapes, groups: leafRegions.map { graph.groups[$0] })
    pieces = Circuit.pieces(sums: boundWeights.pieces, layout: layout)
    self.leafRegions = leafRegions
    self.leafPixels = leafPixels
    sumRegions = inOrder
    leafSlots = leafRegions.map { slots[$0] }
    flatLeafPixels = AlignedBuffer(Array(leafPixels.joined()))
    leafPixelOffsets = leafPixels.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    rootWeights = AlignedBuffer(classPriors ?? Array(repeating: 1 / Float(units), count: units))
  }

  /// Bytes of the topology itself: of each region a scope, a place and a range of partitions, of each
  /// partition two regions and their places, and the pixels of each leaf region.
  package var byteCount: Int {
    let scope = (graph.variableCount + 63) / 64 * 8 + 64
    let regions = graph.scopes.count * (scope + 4 * MemoryLayout<SumRegion>.stride)
    let partitions =
      graph.partitions.count
      * (MemoryLayout<Partition>.stride + 8 * graph.mostChildren + 32
        + MemoryLayout<ChildPair>.stride)
    return regions + partitions + leafPixels.reduce(0) { $0 + 8 * $1.count + 64 }
  }

  /// Whether some leaf regions' values are looked up.
  var hasTables: Bool { leafSizes.contains(where: \.isTable) }

  /// Why its leaf family cannot describe one of its regions; nil if it can.
  package var complaint: String? { leafShapes.lazy.compactMap(leaf.complaint).first }

  /// The same circuit with its leaves' latents estimated in another way; nil where they have no such
  /// estimator.
  ///
  /// - Throws: `QuadratureFault` for more latents than a quadrature can have.
  package func estimated(by estimator: LatentEstimator) throws -> Circuit? {
    try leaf.capabilities.estimators?.leaf(estimatedBy: estimator).map(with)
  }

  /// The same topology with leaves of the same parameters and another estimator.
  package func with(leaf: any Leaf) -> Circuit {
    let other = withOwnParameters(of: leaf)
    precondition(other.layout.parameterCount == layout.parameterCount)
    return other
  }

  /// The same topology with leaves of other parameters.
  func withOwnParameters(of leaf: any Leaf) -> Circuit {
    Circuit(
      graph: graph, units: units,
      sums: SumLayers(products: products, weights: weights, classPriors: classPriors), leaf: leaf,
      superpixels: Superpixels(superpixels, channels: channels),
      unsegmentedBytes: unsegmentedBytes)
  }

  /// What the number a circuit gives is: that of its weakest leaf.
  package var likelihood: LikelihoodKind {
    sumRegions.isEmpty && units == 1
      ? leaf.traits.likelihood : leaf.traits.likelihoodInMixtures
  }

  /// Those of the sums, then the leaves'.
  package var parameterSlices: [ParameterSlice] {
    boundWeights.slices + [
      ParameterSlice(
        name: leaf.traits.parameterName,
        range: layout.sumParameterCount..<layout.parameterCount)
    ]
  }
}
