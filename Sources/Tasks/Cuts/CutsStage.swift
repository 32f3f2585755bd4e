import Circuits
import Files
import Reports
import Workflow

/// The recursive cuts of a dense region graph down to pixels, and of one that ends at superpixels with
/// VAE leaves; both drawn from region graphs, with their counts.
struct CutsStage: Stage {
  static let kind = "cuts"
  static let version = 1
  static let summary =
    "the recursive cuts of a region graph, to pixels and to superpixels (SVG, PNG)"
  static let example = "cuts: {kind: cuts, dense: [4, 4]}"
  static let outputs = [
    OutputPort("dense", .drawing, path: "dense-cuts.svg"),
    OutputPort("superpixels", .drawing, path: "superpixel-cuts.svg"),
  ]
  static let isFigure = true

  let dense: [Int]
  let superpixels: [Int]
  let superpixel: [Int]
  let units: Int

  init(fields: StageFields) throws {
    dense = fields.ints(
      "dense", default: [4, 4], count: 2, in: 1...16,
      meaning: "rows and columns of pixels of the image that is cut down to pixels")
    superpixels = fields.ints(
      "superpixels", default: [4, 4], count: 2, in: 1...16,
      meaning: "rows and columns of superpixels of the image that is cut down to superpixels")
    superpixel = fields.ints(
      "superpixel", default: [4, 4], count: 2, in: 1...64,
      meaning: "height and width of a superpixel, in pixels")
    units = fields.int("units", default: 2, in: 1...4, meaning: "units of each region")
    fields.recordRenderer()
  }

  func run(_ context: StageContext) throws {
    let toPixels = try diagram(of: dense, leaf: .distribution("Bernoulli"))
    let toSuperpixels = try diagram(
      of: superpixels, leaf: .autoencoder(rows: superpixel[0], columns: superpixel[1]))
    try context.draw(toPixels.drawing(width: 1_000), named: "dense-cuts")
    try context.draw(toSuperpixels.drawing(width: 1_000), named: "superpixel-cuts")
  }

  private func diagram(of sides: [Int], leaf: CutsDiagram.Leaf) throws -> CutsDiagram {
    let lattice = Lattice(rows: sides[0], columns: sides[1])
    let graph = try PoonDomingos(steps: [1]).regionGraph(of: lattice)
    let counts = CircuitCounts(graph: graph, units: units, leafParameters: 0)
    return CutsDiagram(
      rows: sides[0], columns: sides[1],
      regions: LatticeRegions.regions(graph, columns: sides[1]), leaf: leaf, units: units,
      counts: CutsDiagram.Counts(
        regions: counts.regions, partitions: counts.partitions, sumNodes: counts.sumNodes,
        productNodes: counts.productNodes, leafUnits: counts.leafUnits))
  }
}
