import Circuits
import Configuration
import Datasets
import Images
import Workflow

/// What a train stage says of its model: the fields that decide the circuit and its input.
package struct ModelSpecification: Sendable {
  let superpixel: [Int]
  let structure: any RegionStructure
  let units: Int
  let products: any ProductLayer
  let weights: any SumWeights
  let sharing: ParameterSharing
  let leaf: any Leaf
  let binarisation: BinarisationView
  /// Where the leaf is written; nil outside a pipeline.
  private let leafPlace: FieldPlace?
  private let productsPlace: FieldPlace?
  private let weightsPlace: FieldPlace?

  /// Reads the fields; nil after a recorded mistake.
  init?(_ fields: StageFields) {
    superpixel = fields.ints(
      "superpixel", default: [4, 4], count: 2, in: 1...65_536,
      meaning: "height and width of a superpixel, in pixels")
    units = fields.int(
      "units", default: 2, in: 1...1_024,
      meaning: "units of each region: sums, or leaf distributions")
    let structure = fields.choice(
      "structure", from: Catalogues.structures, default: PoonDomingos.kind,
      meaning: "how the image is cut into regions")
    // Not written, it is not part of a fingerprint.
    let products =
      fields.optionalChoice(
        "products", from: Catalogues.products,
        meaning:
          "which products of its children's units a partition has; dense where it is not written")
      ?? DenseProducts()
    weights =
      fields.optionalChoice(
        "weights", from: Catalogues.weights,
        meaning: "where the weights of sum units come from; free where it is not written")
      ?? FreeWeights()
    sharing =
      fields.has("share")
      ? ParameterSharing(
        rawValue: fields.word(
          "share", of: ParameterSharing.allCases.map(\.rawValue), default: "none",
          meaning: "what copies of a region at other places have in common")) ?? .none
      : .none
    let before = fields.fields.diagnostics.all.count
    let leaf = fields.choice(
      "leaf", from: Catalogues.leaves, default: BernoulliLeaf.kind,
      meaning: "distribution of the pixels of a superpixel")
    let isLeafRight = fields.fields.diagnostics.all.count == before
    let binarisation = fields.choice(
      "binarisation", from: Catalogues.binarisations, default: "threshold",
      meaning: "how levels become the values that leaves model")
    // What stands in for a leaf that was not understood says nothing about the rest.
    guard let structure, let leaf, let binarisation, isLeafRight else { return nil }
    if let complaint = binarisation.complaint(about: leaf) {
      fields.complain(fields.has("binarisation") ? "binarisation" : "leaf", complaint)
    }
    self.structure = structure
    self.products = products
    self.leaf = leaf
    self.binarisation = binarisation
    productsPlace = fields.place("products")
    weightsPlace = fields.place("weights")
    leafPlace = fields.place("leaf")
  }

  init(
    superpixel: [Int], structure: any RegionStructure, units: Int,
    products: any ProductLayer = DenseProducts(), leaf: any Leaf, binarisation: BinarisationView
  ) {
    self.superpixel = superpixel
    self.structure = structure
    self.units = units
    self.products = products
    weights = FreeWeights()
    sharing = .none
    self.leaf = leaf
    self.binarisation = binarisation
    leafPlace = nil
    productsPlace = nil
    weightsPlace = nil
  }

  /// Why statistics of the images are missing or of no use; nil where they are neither.
  func complaint(hasStatistics: Bool) -> String? {
    let kind = type(of: structure).kind
    switch (structure.needsInformation, hasStatistics) {
    case (true, false):
      return
        "\(kind) is made from the training images: expected statistics: the name of a stage of kind "
        + "\(MutualInformationStage.kind)"
    case (false, true): return "structure \(kind) needs none: leave it out"
    default: return nil
    }
  }

  /// The circuit for images of a size.
  ///
  /// - Parameters:
  ///   - classPriors: for one root unit a class.
  ///   - information: of the superpixels; nil where the structure needs none, or for the sizes alone.
  /// - Throws: `PartitionFault` where superpixel and image do not fit, `RegionGraphFault`; `ConfigurationFault` at
  ///   the field (or `ShapeFault` outside a pipeline) where leaf or products do not fit the regions.
  func circuit(
    of shape: ImageShape, classPriors: [Float]? = nil, information: MutualInformation? = nil
  ) throws -> Circuit {
    let partition = try GridPartition(
      imageHeight: shape.height, imageWidth: shape.width, cellHeight: superpixel[0],
      cellWidth: superpixel[1], channels: shape.channels)
    let graph = try structure.regionGraph(
      of: StructureGround(
        lattice: Lattice(rows: partition.rows, columns: partition.columns),
        information: information)
    ).sharing(sharing, pixels: partition.cells.map { places($0, shape) })
    if let complaint = products.complaint(about: graph) {
      throw productsPlace?.fault(complaint) ?? ShapeFault(complaint: complaint)
    }
    if let complaint = weights.complaint(about: graph, products: products) {
      throw weightsPlace?.fault(complaint) ?? ShapeFault(complaint: complaint)
    }
    try requireCountable(
      graph, units: units, rootUnits: classPriors?.count ?? units, products: products)
    if classPriors != nil && graph.partitions.isEmpty { throw OneRegionFault() }
    let circuit = Circuit(
      graph: graph, units: units, classPriors: classPriors, products: products, weights: weights,
      leaf: leaf, superpixels: partition.cells.map { cell in cell.map(Int32.init) },
      channels: shape.channels)
    if let complaint = circuit.complaint {
      throw leafPlace?.fault(complaint) ?? ShapeFault(complaint: "leaf: \(complaint)")
    }
    return circuit
  }
}

/// Where the pixels of a superpixel are.
private func places(_ values: [Int], _ shape: ImageShape) -> [PixelPlace] {
  values.map { value in
    let pixel = value / shape.channels
    return PixelPlace(row: pixel / shape.width, column: pixel % shape.width)
  }
}

/// Leaves or products that do not fit the regions of the circuit (exit code 78).
struct ShapeFault: Fault {
  let complaint: String
  var exitCode: ExitCode { .configuration }
  var description: String { complaint }
}

extension BinarisationView {
  /// Why leaves cannot describe what this view shows them; nil if they can: bytes as they are, or two
  /// outcomes.
  func complaint(about leaf: any Leaf) -> String? {
    let levels = leaf.traits.levels
    guard (levels > 2) != (self == .none) else { return nil }
    let kind = leaf.name
    return levels > 2
      ? "leaf \(kind) describes \(levels) levels: expected binarisation none, found \(name)"
      : "leaf \(kind) is of pixels with two outcomes: expected threshold, stochastic or dynamic, found "
        + "\(name)"
  }
}
