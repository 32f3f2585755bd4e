import Circuits
import Configuration
import Datasets
import Models
import Workflow

/// The fields of a model: those that decide the circuit over given superpixels.
package struct ModelSpecification: Sendable {
  let structure: any RegionStructure
  let units: Int
  let products: any ProductLayer
  let weights: any SumWeights
  let hasLeafSums: Bool
  let sharing: ParameterSharing
  let leaf: any Leaf
  private let leafPlace: FieldPlace
  private let productsPlace: FieldPlace
  private let weightsPlace: FieldPlace

  /// Reads the fields; nil after a recorded mistake.
  init?(_ fields: Fields) {
    units = fields.int(
      "units", default: 2, in: 1...1_024,
      meaning: "units of each region: sums, or leaf distributions")
    let structure = fields.choice(
      "structure", from: Catalogues.structures, default: PoonDomingos.kind,
      meaning: "how the image is cut into regions")
    // Not written, it is not part of a fingerprint.
    products =
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
    hasLeafSums =
      fields.has("leafSums")
      && fields.bool(
        "leafSums", default: false,
        meaning: "whether each superpixel has sum units of its own above the leaf units")
    if hasLeafSums, !(products is ElementwiseProducts) {
      fields.complain(
        "leafSums", "needs partitions of one child: expected products: \(ElementwiseProducts.kind)")
    }
    sharing =
      fields.has("share")
      ? ParameterSharing(
        rawValue: fields.word(
          "share", of: ParameterSharing.allCases.map(\.rawValue), default: "none",
          meaning: "what copies of a region at other places have in common")) ?? .none
      : .none
    let before = fields.diagnostics.all.count
    let leaf = fields.choice(
      "leaf", from: Catalogues.leaves, default: BernoulliLeaf.kind,
      meaning: "distribution of the pixels of a superpixel")
    // What stands in for a leaf that was not understood says nothing about the rest.
    guard let structure, let leaf, fields.diagnostics.all.count == before else { return nil }
    self.structure = structure
    self.leaf = leaf
    productsPlace = FieldPlace("products", of: fields)
    weightsPlace = FieldPlace("weights", of: fields)
    leafPlace = FieldPlace("leaf", of: fields)
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

  /// The circuit over the superpixels of a partition.
  ///
  /// - Parameters:
  ///   - classPriors: for one root unit a class.
  ///   - information: of the superpixels; nil where the structure needs none, or for the sizes alone.
  /// - Throws: `RegionGraphFault`; `ConfigurationFault` at the field where leaf or products do not fit the
  ///   regions.
  func circuit(
    over partition: GridPartition, classPriors: [Float]? = nil,
    information: MutualInformation? = nil
  ) throws -> Circuit {
    let cut = try structure.regionGraph(
      of: StructureGround(
        lattice: Lattice(rows: partition.rows, columns: partition.columns),
        information: information))
    let graph = try (hasLeafSums ? cut.withLeafSums() : cut)
      .sharing(sharing, pixels: partition.cells.map { places($0, partition.shape) })
    if let complaint = products.complaint(about: graph) { throw productsPlace.fault(complaint) }
    if let complaint = weights.complaint(about: graph, products: products, units: units) {
      throw weightsPlace.fault(complaint)
    }
    try requireCountable(
      graph, units: units, rootUnits: classPriors?.count ?? units, products: products)
    if classPriors != nil && graph.partitions.isEmpty { throw OneRegionFault() }
    let circuit = Circuit(
      graph: graph, units: units,
      sums: SumLayers(products: products, weights: weights, classPriors: classPriors), leaf: leaf,
      superpixels: Superpixels(
        partition.cells.map { cell in cell.map(Int32.init) }, channels: partition.channels))
    if let complaint = circuit.complaint { throw leafPlace.fault(complaint) }
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
