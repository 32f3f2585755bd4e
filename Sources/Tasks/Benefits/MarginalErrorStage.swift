import Circuits
import Datasets
import Files
import Models
import Numerics
import Reports
import Storage
import Workflow

/// How far a model's marginal is from the sum of its own numbers over every completion: rounding for
/// a distribution, more for what is none.
struct MarginalErrorStage: Stage {
  static let kind = "marginal-error"
  static let version = 3
  static let summary =
    "marginals against the sum over all completions, by samples or nodes (SVG, PNG, CSV)"
  static let example =
    "marginal-errors: {kind: marginal-error, models: {SPN: spn.model}, data: shards}"
  static let outputs = [OutputPort("figure", .figure, path: "marginal-error.csv")]
  static let isFigure = true

  let models: NamedInputs
  let data: InputReference
  let likelihoods: [LikelihoodChoice]
  let regions: Int
  let images: Int
  /// Of the noise of a bound.
  let draws: Int

  init(fields: StageFields) throws {
    models = fields.namedInputs(
      "models", .model, meaning: "the models, by the names that the figure gives them")
    data = fields.input("data", .shards, meaning: "images of which the test part is used")
    likelihoods = fields.likelihoods()
    regions = fields.int(
      "regions", default: 2, in: 1...16, meaning: "superpixels at the centre that are hidden")
    images = fields.int("images", default: 4, in: 1...1_000, meaning: "test images that are asked")
    draws = fields.int(
      "draws", default: 8, in: 1...10_000,
      meaning: "draws of a noisy bound whose errors are averaged")
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let asked = try context.models(models).flatMap {
      try AskedModel.all($0.label, $0.model, likelihoods)
    }
    let workers = ForkJoin(workers: context.workers)
    var rows: [Row] = []
    for (done, model) in asked.enumerated() {
      let given = try context.testImages(data, of: model.model, count: images)
      let rowsOfImages = given.rows
      let hidden = try model.centralRegions(regions)
      let errors = try (0..<rowsOfImages.sampleCount).map { image in
        try context.checkCancellation()
        return try MarginalEnumeration(
          model.circuit, image: rowsOfImages.image(image), hiding: hidden,
          derived: model.derived, workers: workers, draws: model.isNoisy ? draws : 1
        ).error
      }
      rows.append(
        Row(asked: model, hidden: hidden.count, errors: errors, choice: given.choice))
      context.progress(completed: done + 1, total: asked.count, unit: "models")
    }
    try Row.table(of: rows).writeCSV(to: joinPath(context.folder, "errors.csv"))
    context.tell(try chart(rows).draw(in: context.folder, named: "marginal-error"))
  }

  private struct Row {
    let asked: AskedModel
    let hidden: Int
    /// Of each image, nats.
    let errors: [Double]
    let choice: SampleChoice

    var mean: Double { errors.reduce(0, +) / Double(errors.count) }

    static func table(of rows: [Row]) -> Table {
      Table(
        title: "marginals against enumeration",
        columns: [
          TableColumn("model", .strings(rows.map(\.asked.label))),
          TableColumn("estimator", .strings(rows.map(\.asked.choice.description))),
          TableColumn("likelihood", .strings(rows.map(\.asked.kind.rawValue))),
          TableColumn("decodings", .integers(rows.map { Int64($0.asked.decodings ?? 0) })),
          TableColumn("hiddenPixels", .integers(rows.map { Int64($0.hidden) })),
          TableColumn("images", .integers(rows.map { Int64($0.errors.count) })),
          TableColumn("meanError", unit: "nats", .doubles(rows.map(\.mean))),
          TableColumn("largestError", unit: "nats", .doubles(rows.map { $0.errors.max() ?? .nan })),
          TableColumn("choice", .strings(rows.map(\.choice.words))),
        ])
    }

    /// Points of one line.
    var line: String {
      switch asked.choice.estimator {
      case nil: "\(asked.label) (\(asked.kind.inWords))"
      case .encoder: "\(asked.label), samples"
      case .quadrature: "\(asked.label), quadrature"
      }
    }
  }

  private func chart(_ rows: [Row]) -> LineChart {
    var names: [String] = []
    for row in rows where row.asked.decodings != nil && !names.contains(row.line) {
      names.append(row.line)
    }
    let decoded = rows.compactMap { row in row.asked.decodings.map { (row, Double($0)) } }
    var chart = LineChart(
      title: "Marginals against the sum over all completions",
      xLabel: "samples or nodes, each leaf unit",
      yLabel: "|log p(seen) \u{2212} log \u{3A3} p(seen, hidden)|, nats",
      series: names.map { name in
        LineChart.Series(
          name: name,
          points: decoded.filter { $0.0.line == name }.map {
            LineChart.Point(x: $0.1, y: max($0.0.mean, 1e-8))
          })
      })
    chart.note =
      "means over \(images) test images, \(rows.first?.hidden ?? 0) pixels hidden"
    (chart.xScale, chart.yScale) = (.logarithmic, .logarithmic)
    return chart
  }
}
