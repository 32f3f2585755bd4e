import Files
import Reports
import Workflow

/// What sums and products are for: densities of the smallest circuits, evaluated, not painted.
struct BuildingBlocksStage: Stage {
  static let kind = "building-blocks"
  static let version = 2
  static let summary =
    "densities of tiny circuits: a mixture, a product, their composition (SVG, PNG, CSV)"
  static let example = "building-blocks: {kind: building-blocks}"
  static let outputs = [
    OutputPort("mixture", .figure, path: "mixture.csv"),
    OutputPort("product", .figure, path: "product.csv"),
    OutputPort("composition", .figure, path: "composition.csv"),
    OutputPort("network", .drawing, path: "network.svg"),
  ]
  static let isFigure = true

  init(fields: StageFields) throws {
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let circuits = BuildingBlockCircuits()
    let first = BuildingBlockCircuits.first
    let components = try first.enumerated().map { index, gaussian in
      let share = 1 / Double(first.count)
      return (
        name: "N\(index + 1)", y: try circuits.mixture([gaussian]).map { $0 * share }
      )
    }
    let mixture = DensityLine(
      title: "A sum: mixture of three Gaussians", xLabel: "x",
      x: BuildingBlockCircuits.axis(every: 1), components: components,
      total: try circuits.mixture(first))
    context.tell(try mixture.draw(in: context.folder, named: "mixture"))
    let step = 2
    let axis = BuildingBlockCircuits.axis(every: step)
    func map(_ title: String, _ values: [[Double]]) -> DensityMap {
      DensityMap(
        title: title, xLabel: "x\u{2081}", yLabel: "x\u{2082}", x: axis, y: axis, values: values)
    }
    let product = map(
      "A product: independent Gaussians",
      try circuits.product(first[1], BuildingBlockCircuits.second[1], step: step))
    context.tell(try product.draw(in: context.folder, named: "product"))
    let composition = map(
      "Sums of products of sums", try circuits.composition(step: step))
    context.tell(try composition.draw(in: context.folder, named: "composition"))
    try context.draw(circuits.network.drawing(width: 800), named: "network")
  }
}
