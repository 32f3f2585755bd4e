import Circuits
import Datasets
import Files
import Foundation
import Models
import Numerics
import Reports
import Storage
import Workflow

/// How often completions show each state of the hidden pixels, against the conditional probability of
/// that state by enumeration of the model's own numbers.
struct ConditionalFrequenciesStage: Stage {
  static let kind = "conditional-frequencies"
  static let version = 3
  static let summary =
    "conditional samples against enumerated conditionals: frequencies, chi-square (SVG, PNG, CSV)"
  static let example =
    "frequencies: {kind: conditional-frequencies, models: {SPN: spn.model}, data: shards}"
  static let outputs = [OutputPort("figure", .figure, path: "conditional-frequencies.csv")]
  static let isFigure = true

  let models: NamedInputs
  let data: InputReference
  let likelihoods: [LikelihoodChoice]
  let regions: Int
  let images: Int
  let draws: Int
  let seed: Int

  init(fields: StageFields) throws {
    models = fields.namedInputs(
      "models", .model, meaning: "the models, by the names that the figure gives them")
    data = fields.input("data", .shards, meaning: "images of which the test part is used")
    likelihoods = fields.likelihoods()
    regions = fields.int(
      "regions", default: 2, in: 1...16, meaning: "superpixels at the centre that are hidden")
    images = fields.int(
      "images", default: 5, in: 1...1_000, meaning: "test images that are completed")
    draws = fields.int(
      "draws", default: 20_000, in: 100...1_000_000, meaning: "conditional samples of each image")
    seed = fields.seed()
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let asked = try context.models(models).flatMap {
      try AskedModel.all($0.label, $0.model, likelihoods)
    }
    let workers = ForkJoin(workers: context.workers)
    var found: [(asked: AskedModel, tests: [Frequencies], choice: SampleChoice)] = []
    for (done, model) in asked.enumerated() {
      let given = try context.testImages(data, of: model.model, count: images)
      let rows = given.rows
      let hidden = try model.centralRegions(regions)
      found.append(
        (
          model,
          try (0..<rows.sampleCount).map { image in
            try context.checkCancellation()
            return try Frequencies(
              model, image: rows.image(image), hidden: hidden, draws: draws, seed: seed &+ image,
              workers: workers)
          }, given.choice
        ))
      context.progress(completed: done + 1, total: asked.count, unit: "models")
    }
    try table(found).writeCSV(to: joinPath(context.folder, "chi-square.csv"))
    context.tell(
      try chart(found).draw(in: context.folder, named: "conditional-frequencies"))
    try context.draw(figure(found), named: "chi-square", width: 1_000)
  }

  private func table(_ found: [(asked: AskedModel, tests: [Frequencies], choice: SampleChoice)])
    -> Table
  {
    let rows = found.flatMap { entry in
      zip(entry.tests, entry.choice.samples).map { (entry.asked, $1, $0.test, entry.choice) }
    }
    return Table(
      title: "conditional samples against enumeration",
      columns: [
        TableColumn("model", .strings(rows.map { $0.0.label })),
        TableColumn("estimator", .strings(rows.map { $0.0.choice.description })),
        TableColumn("likelihood", .strings(rows.map { $0.0.kind.rawValue })),
        TableColumn("image", .integers(rows.map { Int64($0.1) })),
        TableColumn("chiSquare", .doubles(rows.map { $0.2.statistic })),
        TableColumn("freedom", .integers(rows.map { Int64($0.2.freedom) })),
        TableColumn("probability", .doubles(rows.map { $0.2.probability })),
        TableColumn("choice", .strings(rows.map { $0.3.words })),
      ])
  }

  private func figure(_ found: [(asked: AskedModel, tests: [Frequencies], choice: SampleChoice)])
    -> TableFigure
  {
    TableFigure(
      title: "Completions against the conditional distribution",
      columns: [
        .init("model"), .init("number"), .init("\u{3C7}\u{B2} / freedom", .right),
        .init("chi-square p, one an image", .right),
      ],
      rows: found.map { entry in
        let ratio = entry.tests.map { $0.test.statistic / Double($0.test.freedom) }
        return TableFigure.Row(
          entry.asked.label,
          [
            .init(
              entry.asked.choice == .trained ? "" : entry.asked.choice.description,
              .init(entry.asked.kind.inWords, entry.asked.kind == .exact ? .good : .neutral)),
            .init(rounded(ratio.reduce(0, +) / Double(ratio.count))),
            .init(entry.tests.map { probability($0.test.probability) }.joined(separator: "  ")),
          ])
      },
      footnotes: [
        "\(TableFigures.count(draws)) draws an image; expected counts by enumeration of every state; "
          + "p is uniform between 0 and 1 where the draws are right"
      ])
  }

  private func probability(_ p: Double) -> String {
    p.isNaN ? "none" : p < 0.001 ? "<0.001" : String(format: "%.3f", p)
  }

  private func chart(_ found: [(asked: AskedModel, tests: [Frequencies], choice: SampleChoice)])
    -> LineChart
  {
    var chart = LineChart(
      title: "Completions: how often, and how often by enumeration",
      xLabel: "probability of a state, by enumeration",
      yLabel: "share of \(TableFigures.count(draws)) conditional samples", series: [])
    // Rarer states have counts of a few, which lie on lines.
    let least = 20 / Double(draws)
    for (index, entry) in found.enumerated() {
      let points = entry.tests.flatMap(\.points).filter { $0.x >= least }
      chart.series.append(
        LineChart.Series(name: entry.asked.name, points: points, style: .points, colour: index))
    }
    chart.series.append(
      LineChart.Series(
        name: "equal",
        points: [LineChart.Point(x: least, y: least), LineChart.Point(x: 1, y: 1)],
        style: .line, colour: 6, isNamed: false))
    chart.note = "states expected at least 20 times, of \(images) images; line: equal"
    (chart.xScale, chart.yScale) = (.logarithmic, .logarithmic)
    return chart
  }
}

/// Draws of the hidden pixels of one image, counted by state.
private struct Frequencies {
  let test: ChiSquare
  /// Conditional probability against share of the draws.
  let points: [LineChart.Point]

  init(
    _ asked: AskedModel, image: [UInt8], hidden: [Int32], draws: Int, seed: Int,
    workers: ForkJoin
  ) throws {
    let logs = try asked.circuit.logLikelihoods(
      PixelStates(of: hidden, in: image), derived: asked.derived, workers: workers
    ).values
    let total = logSumExp(logs)
    let expected = logs.map { naturalExponential($0 - total) }
    let drawn = try asked.circuit.conditionalSamples(
      MaskedSource(
        ImageRows(image, pixelCount: image.count), hiding: .hiding(hidden, of: image.count)),
      Draws(draws, seed: seed), derived: asked.derived, workers: workers)
    var counts = Array(repeating: 0, count: expected.count)
    for start in stride(from: 0, to: drawn.count, by: image.count) {
      counts[PixelStates.number(of: hidden, in: drawn[start..<start + image.count])] += 1
    }
    test = ChiSquare(observed: counts, expected: expected.map { $0 * Double(draws) })
    points = zip(expected, counts).map {
      LineChart.Point(x: $0, y: Double($1) / Double(draws))
    }
  }
}
