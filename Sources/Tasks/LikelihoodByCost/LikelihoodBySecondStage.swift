import Files
import Workflow

/// The same against seconds of training, from what each training measured: another picture for every
/// machine, and so no part of what is compared.
struct LikelihoodBySecondStage: ForeseenStage {
  static let kind = "likelihood-by-second"
  static let version = 1
  static let summary = "the same against measured seconds of training, all epochs together"
  static let example =
    "by-second: {kind: likelihood-by-second, metrics: {SPN: spn-metrics}, trained: {SPN: spn.curve}, unit: nats}"
  static let outputs = [
    OutputPort("figure", .measuredFigure, path: "likelihood-by-second.csv")
  ]
  static let isFigure = true
  static let isMeasured = true

  let figure: LikelihoodByCost
  let times: TrainingTimes

  init(fields: StageFields) throws {
    figure = LikelihoodByCost(fields, title: "Test likelihood by seconds of training")
    times = TrainingTimes(fields, labelsOf: "metrics", figure.metrics.map(\.label))
    for (label, inputs) in figure.metrics where times.labels.contains(label) {
      guard let lost = inputs.first(where: { times.training(of: $0, label: label) == nil }) else {
        continue
      }
      fields.complain(
        "trained",
        "\(label.quoted) has metrics of \(lost.variant.inWords), but no training: both stages need the same "
          + "values of the sweep")
    }
  }

  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    try figure.checkUnit(context)
    return nil
  }

  /// - Throws: `BitsFault`.
  func run(_ context: StageContext) throws {
    let lines = try figure.lines(context) { input, label in
      try times.timings(of: input, label: label, context)
    }
    let runs = lines.runs
    let unmeasured = runs.count { $0.seconds == nil }
    if unmeasured > 0 {
      context.note("\(unmeasured) of \(runs.count) trainings have no measured time: left out")
    }
    try lines.table(hasTimes: true).writeCSV(to: joinPath(context.folder, "runs.csv"))
    try figure.draw(
      lines, named: Self.kind, xLabel: times.axisLabel(context), context, cost: \.seconds)
  }
}
