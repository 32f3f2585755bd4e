import Files
import Workflow

/// Likelihoods of several models against measured seconds of training. The figure differs between machines, so
/// it is outside the byte comparison.
struct LikelihoodBySecondStage: ForeseenStage {
  static let kind = "likelihood-by-second"
  static let version = 2
  static let summary =
    "bits per dimension (or nats) of several models against measured seconds of training, "
    + "all epochs together (SVG, PNG, CSV)"
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
    figure = LikelihoodByCost(fields, cost: "seconds of training")
    times = TrainingTimes(fields, labelsOf: "metrics", figure.metrics.map(\.label))
    for (label, inputs) in figure.metrics where times.foundLabels.contains(label) {
      guard let lost = inputs.first(where: { times.training(of: $0, label: label) == nil }) else {
        continue
      }
      fields.complain(
        "trained",
        "\(label.quoted) has metrics without a training of the same variant (\(lost.variant.inWords)): both stages "
          + "need the same values of the sweep")
    }
  }

  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    try figure.checkMetrics(context)
    return nil
  }

  /// - Throws: `BitsFault`, `UnlikeMetricsFault`.
  func run(_ context: StageContext) throws {
    let lines = try figure.lines(context) { input, label in
      try times.timings(of: input, label: label, context)
    }
    if let words = lines.unmeasuredInWords(lines.runs.count { $0.seconds == nil }) {
      context.note("\(words): left out")
    }
    try lines.table(hasTimes: true).writeCSV(to: joinPath(context.folder, "runs.csv"))
    try figure.draw(
      lines, named: Self.kind, xLabel: times.axisLabel(context), context, cost: \.seconds)
  }
}
