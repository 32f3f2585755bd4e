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
  let leaf: any Leaf
  let binarisation: BinarisationView
  /// Where the leaf is written; nil outside a pipeline.
  private let leafPlace: FieldPlace?

  /// Reads the fields; nil after a recorded mistake.
  init?(_ fields: StageFields) {
    superpixel = fields.ints("superpixel", default: [4, 4], count: 2, in: 1...65_536)
    units = fields.int("units", default: 2, in: 1...1_024)
    let structure = fields.choice(
      "structure", from: Catalogues.structures, default: PoonDomingos.kind)
    let before = fields.fields.diagnostics.all.count
    let leaf = fields.choice("leaf", from: Catalogues.leaves, default: BernoulliLeaf.kind)
    let isLeafRight = fields.fields.diagnostics.all.count == before
    let binarisation = fields.choice(
      "binarisation", from: Catalogues.binarisations, default: "threshold")
    // What stands in for a leaf that was not understood says nothing about the rest.
    guard let structure, let leaf, let binarisation, isLeafRight else { return nil }
    if let complaint = binarisation.complaint(about: leaf) {
      fields.complain(fields.has("binarisation") ? "binarisation" : "leaf", complaint)
    }
    self.structure = structure
    self.leaf = leaf
    self.binarisation = binarisation
    leafPlace = fields.place("leaf")
  }

  init(
    superpixel: [Int], structure: any RegionStructure, units: Int, leaf: any Leaf,
    binarisation: BinarisationView
  ) {
    self.superpixel = superpixel
    self.structure = structure
    self.units = units
    self.leaf = leaf
    self.binarisation = binarisation
    leafPlace = nil
  }

  /// The circuit for images of a size.
  ///
  /// - Parameter classPriors: for one root unit a class.
  /// - Throws: `PartitionFault` where superpixel and image do not fit, `RegionGraphFault`; `ConfigurationFault` at
  ///   the leaf (or `LeafShapeFault` outside a pipeline) where it cannot describe the regions.
  func circuit(
    imageHeight: Int, imageWidth: Int, channels: Int = 1, classPriors: [Float]? = nil
  ) throws -> Circuit {
    let partition = try GridPartition(
      imageHeight: imageHeight, imageWidth: imageWidth, cellHeight: superpixel[0],
      cellWidth: superpixel[1], channels: channels)
    let graph = try structure.regionGraph(
      of: Lattice(rows: partition.rows, columns: partition.columns))
    try requireCountable(graph, units: units, rootUnits: classPriors?.count ?? units)
    if classPriors != nil && graph.partitions.isEmpty { throw OneRegionFault() }
    let circuit = Circuit(
      graph: graph, units: units, classPriors: classPriors, leaf: leaf,
      superpixels: partition.cells.map { cell in cell.map(Int32.init) }, channels: channels)
    if let complaint = circuit.complaint {
      throw leafPlace?.fault(complaint) ?? LeafShapeFault(complaint: complaint)
    }
    return circuit
  }
}

/// A leaf family that cannot describe a region of the circuit (exit code 78).
struct LeafShapeFault: Fault {
  let complaint: String
  var exitCode: ExitCode { .configuration }
  var description: String { "leaf: \(complaint)" }
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
