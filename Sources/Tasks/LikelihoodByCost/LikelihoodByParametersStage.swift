import Files
import Workflow

/// Likelihoods of several models against their numbers of parameters.
struct LikelihoodByParametersStage: ForeseenStage {
  static let kind = "likelihood-by-parameters"
  static let version = 2
  static let summary =
    "bits per dimension (or nats) of several models against their parameters (SVG, PNG, CSV)"
  static let example =
    "by-parameters: {kind: likelihood-by-parameters, metrics: {SPN: spn-metrics}, unit: nats, lines: {published: -90.5}}"
  static let outputs = [
    OutputPort("figure", .figure, path: "likelihood-by-parameters.csv")
  ]
  static let isFigure = true

  let figure: LikelihoodByCost

  init(fields: StageFields) throws {
    figure = LikelihoodByCost(fields, cost: "parameters")
  }

  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    try figure.checkMetrics(context)
    return nil
  }

  /// - Throws: `BitsFault`, `UnlikeMetricsFault`.
  func run(_ context: StageContext) throws {
    let lines = try figure.lines(context)
    try lines.table(hasTimes: false).writeCSV(to: joinPath(context.folder, "runs.csv"))
    try figure.draw(lines, named: Self.kind, xLabel: "parameters", context) {
      Double($0.metrics.parameters)
    }
  }
}
