import Circuits
import Configuration
import Reports
import Workflow

/// Fields, checks and drawing shared by the figures of likelihood against a cost.
struct LikelihoodByCost {
  let metrics: NamedInputs
  let unit: LikelihoodUnit
  /// Published values, the lowest first.
  let levels: [LineChart.Level]
  let title: String
  private let metricsPlace: FieldPlace

  /// Of the numbers of `lines`: what the axes can show beside likelihoods.
  private static let most = 1e9

  /// - Parameter cost: what the x axis shows, whose label begins with it.
  init(_ fields: StageFields, cost: String) {
    metrics = fields.namedInputs(
      "metrics", .metrics,
      meaning: "results of evaluate stages, by the names of the models: a line each")
    metricsPlace = fields.place("metrics")
    let word = fields.word(
      "unit", of: LikelihoodUnit.allCases.map(\.rawValue), default: LikelihoodUnit.bits.rawValue,
      meaning: "bits: bits per dimension; nats: mean log-likelihood of an image")
    unit = LikelihoodUnit(rawValue: word) ?? .bits
    let values = fields.namedNumbers(
      "lines",
      meaning: "published values in the same unit, by name; each is a horizontal line")
    levels = values.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
      LineChart.Level(name: $0.key, y: $0.value)
    }
    title = fields.string(
      "title", default: "Likelihood by \(cost)", meaning: "title of the chart")
    checkLevels(fields)
    checkColumns(fields, cost: cost)
    fields.recordPlotter()
  }

  private func checkLevels(_ fields: StageFields) {
    for level in levels where abs(level.y) > Self.most {
      fields.complain(
        "lines", "expected a number from -1e9 to 1e9 for \(level.name.quoted), found \(level.y)")
    }
  }

  /// Each column of the figure's table has a name of its own.
  private func checkColumns(_ fields: StageFields, cost: String) {
    func isCost(_ name: String) -> Bool { name == cost || name.hasPrefix("\(cost) on ") }
    let labels = metrics.map(\.label)
    let others = ["runs"] + LikelihoodKind.allCases.map(\.inWords)
    let taken = Set(labels + labels.flatMap { label in others.map { "\(label), \($0)" } })
    for label in labels where isCost(label) {
      fields.complain("metrics", "\(label.quoted) is the name of the x axis; give another name")
    }
    for level in levels where taken.contains(level.name) || isCost(level.name) {
      fields.complain(
        "lines",
        "\(level.name.quoted) is the name of another column of the figure's table; give another name"
      )
    }
  }

  /// - Throws: `ConfigurationFault` where metrics will have no number in this unit, or not all of the same
  ///   pixels and kind of value.
  func checkMetrics(_ context: ForecastContext) throws {
    var subjects: [LikelihoodSubject] = []
    for (label, inputs) in metrics {
      for input in inputs {
        guard let outlook = context.outlook(of: input, as: MetricsOutlook.self) else { continue }
        let subject = LikelihoodSubject(
          label: label, stage: input.stage, hidden: outlook.hidden, isDensity: outlook.isDensity)
        if unit == .bits, subject.lacksBits {
          throw metricsPlace.fault(BitsFault(subject: subject).reason)
        }
        subjects.append(subject)
      }
    }
    if let fault = UnlikeMetricsFault(subjects) { throw metricsPlace.fault(fault.reason) }
  }

  /// The models' numbers, in the pipeline's order.
  ///
  /// - Parameter timings: of the training behind metrics, by their label.
  /// - Throws: `BitsFault`, `UnlikeMetricsFault`.
  func lines(
    _ context: StageContext,
    timings: (InputReference, _ label: String) throws -> EpochTimings? = { _, _ in nil }
  ) throws -> CostLines {
    var subjects: [LikelihoodSubject] = []
    let lines = CostLines(
      all: try metrics.map { label, inputs in
        let places = try RunGroup.groups(of: [(label, inputs)]).map { group in
          try group.inputs.compactMap { input -> CostLines.Run? in
            // Where there are several estimators, the first is taken.
            guard let row = try MetricsTable.read(context.path(of: input)).first else { return nil }
            let subject = LikelihoodSubject(label: label, stage: input.stage, row)
            if unit == .bits, subject.lacksBits { throw BitsFault(subject: subject) }
            subjects.append(subject)
            return CostLines.Run(
              label: label, variant: input.variant, metrics: row,
              timings: try timings(input, label))
          }
        }
        return CostLines.Line(label: label, places: places)
      })
    if let fault = UnlikeMetricsFault(subjects) { throw fault }
    return lines
  }

  /// - Parameter cost: nil where it was not measured; the run is then left out, and the note says so.
  func draw(
    _ lines: CostLines, named name: String, xLabel: String, _ context: StageContext,
    cost: (CostLines.Run) -> Double?
  ) throws {
    var figure = MedianLines(
      title: title, xLabel: xLabel, yLabel: unit.label(lines.runs.map(\.metrics.part)),
      models: lines.all.map { line in
        MedianLines.Model(
          name: line.label,
          places: line.places.map { runs in
            runs.compactMap { run in
              cost(run).map { LineChart.Point(x: $0, y: unit.value(of: run.metrics)) }
            }
          }, kind: line.kind)
      }, worse: unit == .bits ? .top : .bottom)
    figure.levels = levels
    figure.note = [
      unit.direction, lines.sweptInWords, lines.endedInWords,
      lines.unmeasuredInWords(lines.runs.count { cost($0) == nil }),
    ].compactMap(\.self).joined(separator: "; ")
    context.tell(try figure.chart.draw(in: context.folder, named: name))
  }
}

/// In what a likelihood is given.
enum LikelihoodUnit: String, CaseIterable {
  case bits, nats

  func value(of row: MetricsTable.Row) -> Double {
    self == .bits ? row.bitsPerDimension : row.mean
  }

  /// For the y axis, of images of these parts.
  func label(_ parts: [String]) -> String {
    let parts = Set(parts).sorted().joined(separator: " and ")
    return switch self {
    case .bits: "bits per dimension of \(parts) images"
    case .nats: "mean \(parts) log-likelihood, nats per image"
    }
  }

  var direction: String { self == .bits ? "lower is better" : "higher is better" }
}
