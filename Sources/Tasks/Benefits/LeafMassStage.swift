import Circuits
import Files
import Foundation
import Models
import Numerics
import Reports
import Storage
import Workflow

/// What the probabilities of all states of a few superpixels add up to, everything else summed out:
/// 1 for a distribution, less for a lower bound.
///
/// Of a bound with noise it is the sum over e^(mean of the log-values over some draws), because the
/// bound is in expectation: e to a single draw would be an unbiased estimate, and add up to 1.
struct LeafMassStage: Stage {
  static let kind = "leaf-mass"
  static let version = 3
  static let summary = "total probability of all states of a few superpixels (table: SVG, PNG, CSV)"
  static let example = "masses: {kind: leaf-mass, models: {SPN: spn.model}}"
  static let outputs = [OutputPort("masses", .figure, path: "leaf-mass.csv")]
  static let isFigure = true

  let models: NamedInputs
  let likelihoods: [LikelihoodChoice]
  let regions: Int
  let draws: Int
  let title: String

  init(fields: StageFields) throws {
    models = fields.namedInputs(
      "models", .model, meaning: "the models, by the names that the figure gives them")
    likelihoods = fields.likelihoods()
    regions = fields.int(
      "regions", default: 1, in: 1...16,
      meaning: "superpixels at the centre whose states are enumerated")
    draws = fields.int(
      "draws", default: 32, in: 1...10_000, meaning: "draws over which a noisy bound is averaged")
    title = fields.string(
      "title", default: "Total probability of a superpixel's states", meaning: "title of the table")
    fields.recordRenderer()
  }

  func run(_ context: StageContext) throws {
    let asked = try context.models(models).flatMap {
      try AskedModel.all($0.label, $0.model, likelihoods)
    }
    let workers = ForkJoin(workers: context.workers)
    var rows: [Row] = []
    for (done, model) in asked.enumerated() {
      rows.append(try row(model, workers: workers, check: context.checkCancellation))
      context.progress(completed: done + 1, total: asked.count, unit: "models")
    }
    try Row.table(of: rows).writeCSV(to: context.outputPath("masses"))
    try context.draw(figure(rows), named: "leaf-mass", width: 1_000)
  }

  private struct Row {
    let asked: AskedModel
    let pixels: Int
    let draws: Int
    let mass: Double

    static func table(of rows: [Row]) -> Table {
      Table(
        title: "total probability of all states",
        columns: [
          TableColumn("model", .strings(rows.map(\.asked.label))),
          TableColumn("estimator", .strings(rows.map(\.asked.choice.description))),
          TableColumn("likelihood", .strings(rows.map(\.asked.kind.rawValue))),
          TableColumn("pixels", .integers(rows.map { Int64($0.pixels) })),
          TableColumn("states", .integers(rows.map { 1 << Int64($0.pixels) })),
          TableColumn("draws", .integers(rows.map { Int64($0.draws) })),
          TableColumn("mass", .doubles(rows.map(\.mass))),
        ])
    }
  }

  private func row(
    _ asked: AskedModel, workers: ForkJoin, check: () throws -> Void
  ) throws -> Row {
    let pixels = try asked.centralRegions(regions)
    let blank = [UInt8](repeating: 0, count: asked.circuit.pixelCount)
    let source = MaskedSource(
      PixelStates(of: pixels, in: blank),
      hiding: .showing(pixels, of: asked.circuit.pixelCount))
    let draws = asked.isNoisy ? draws : 1
    var sums = Array(repeating: 0.0, count: source.sampleCount)
    for draw in 0..<draws {
      let values = try asked.circuit.logLikelihoods(
        source, derived: asked.derived, workers: workers,
        noise: NoiseSource(seed: draw, purpose: .evaluation, epoch: 0)
      ) { _ in try check() }
      for (state, value) in values.values.enumerated() { sums[state] += value }
    }
    let mass = sums.reduce(0) { $0 + naturalExponential($1 / Double(draws)) }
    return Row(asked: asked, pixels: pixels.count, draws: draws, mass: mass)
  }

  private func figure(_ rows: [Row]) -> TableFigure {
    TableFigure(
      title: title,
      columns: [
        .init("model"), .init("number"), .init("states", .right), .init("mass", .right),
      ],
      rows: rows.map { row in
        TableFigure.Row(
          row.asked.label,
          [
            .init(
              row.asked.choice == .trained ? "" : row.asked.choice.description,
              .init(row.asked.kind.inWords, row.asked.kind == .exact ? .good : .neutral)),
            .init(TableFigures.count(1 << row.pixels)),
            .init(String(format: "%.6f", row.mass)),
          ])
      },
      footnotes: [
        "all other pixels hidden; of a bound with noise, the mean of its log-values over "
          + "\(draws) draws is summed"
      ])
  }
}
