import Circuits
import Configuration
import Files
import Reports
import Workflow

/// Nodes against image size: a dense network down to pixels, and the two that go down to
/// superpixels; by formula, and counted in region graphs that are built for it.
struct NodesStage: Stage {
  static let kind = "nodes"
  static let version = 2
  static let summary = "nodes of dense and superpixel networks against image size (SVG, PNG, CSV)"
  static let example = "nodes: {kind: nodes, units: 2, superpixel: 4}"
  static let outputs = [OutputPort("figure", .figure, path: "nodes.csv")]
  static let isFigure = true

  let units: Int
  let cell: Int
  let largest: Int
  let largestDense: Int

  init(fields: StageFields) throws {
    units = fields.int("units", default: 2, in: 1...64, meaning: "units of each region")
    cell = fields.int(
      "superpixel", default: 4, in: 2...64, meaning: "side of a superpixel, in pixels")
    largest = fields.int(
      "largest", default: 64, in: 8...128, meaning: "largest side of an image in the chart")
    largestDense = fields.int(
      "largestDense", default: 28, in: 4...32,
      meaning: "largest side for which the dense region graph is built and counted")
    if largest < 2 * cell {
      fields.complain(
        "largest", "expected at least \(2 * cell), two superpixels a side, found \(largest)")
    }
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let sides = Array(stride(from: cell, through: largest, by: cell))
    let dense = sides.filter { $0 <= largestDense }
    let chart = NodesChart(
      title: "Nodes of the network, K = \(units)",
      series: [
        NodesChart.Series(
          name: "dense, to pixels", formula: sides.map { ($0, formula(side: $0)) },
          counted: try dense.map { ($0, try counted(side: $0, steps: [1], context)) }),
        NodesChart.Series(
          name: "cut at \(cell), then 1",
          formula: sides.map { ($0, twoSteps(side: $0)) },
          counted: try dense.map { ($0, try counted(side: $0, steps: [cell, 1], context)) }),
        NodesChart.Series(
          name: "to superpixels",
          formula: sides.map { ($0, formula(side: $0 / cell)) },
          counted: try dense.map { ($0, try counted(side: $0 / cell, steps: [1], context)) }),
      ])
    context.tell(try chart.draw(in: context.folder, named: "nodes"))
  }

  /// Leaf units, sum nodes and product nodes of all rectangles and cuts of n x n cells
  /// (manual: Mathematics, Counts): regions (n(n+1)/2)^2, partitions m(m+1)n(n+1)(m+n-2)/12.
  private func formula(side n: Int) -> Int {
    let regions = n * (n + 1) / 2 * (n * (n + 1) / 2)
    let partitions = n * (n + 1) * n * (n + 1) * (2 * n - 2) / 12
    return regions * units + partitions * units * units
  }

  /// The superpixel network, each of whose leaf regions is a dense network over its own pixels. Both
  /// count the leaf region itself.
  private func twoSteps(side: Int) -> Int {
    let blocks = (side / cell) * (side / cell)
    return formula(side: side / cell) + blocks * (formula(side: cell) - units)
  }

  private func counted(side: Int, steps: [Int], _ context: StageContext) throws -> Int {
    try context.checkCancellation()
    let graph = try PoonDomingos(steps: steps).regionGraph(
      of: Lattice(rows: side, columns: side))
    let counts = CircuitCounts(graph: graph, units: units, leafParameters: 0)
    return counts.leafUnits + counts.sumNodes + counts.productNodes
  }
}
