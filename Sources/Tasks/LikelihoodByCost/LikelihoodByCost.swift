import Configuration
import Reports
import Workflow

/// Likelihoods of several models against what each took: what the figures of all costs have in common.
struct LikelihoodByCost {
  let metrics: NamedInputs
  let unit: LikelihoodUnit
  /// Values of others, the lowest first.
  let levels: [LineChart.Level]
  let title: String
  private let metricsPlace: FieldPlace

  init(_ fields: StageFields, title fallback: String) {
    metrics = fields.namedInputs(
      "metrics", .metrics,
      meaning: "results of evaluate stages, by the names of the models: a line each")
    metricsPlace = fields.place("metrics")
    let word = fields.word(
      "unit", of: LikelihoodUnit.allCases.map(\.rawValue), default: LikelihoodUnit.bits.rawValue,
      meaning: "bits: bits per dimension; nats: mean log-likelihood of an image")
    unit = LikelihoodUnit(rawValue: word) ?? .bits
    let values = fields.namedNumbers(
      "lines", meaning: "values of others in the same unit, by name: a horizontal line each")
    levels = values.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
      LineChart.Level(name: $0.key, y: $0.value)
    }
    title = fields.string("title", default: fallback, meaning: "title of the chart")
    fields.recordPlotter()
  }

  /// - Throws: `ConfigurationFault` where metrics will have no number in this unit.
  func checkUnit(_ context: ForecastContext) throws {
    guard unit == .bits else { return }
    for (label, inputs) in metrics {
      for input in inputs
      where context.outlook(of: input, as: MetricsOutlook.self)?.hasBits == false {
        throw metricsPlace.fault(BitsFault(label: label, stage: input.stage).reason)
      }
    }
  }

  /// The models' numbers, in the pipeline's order.
  ///
  /// - Parameter timings: of the training behind metrics, by their label.
  /// - Throws: `BitsFault`.
  func lines(
    _ context: StageContext,
    timings: (InputReference, _ label: String) throws -> EpochTimings? = { _, _ in nil }
  ) throws -> CostLines {
    CostLines(
      all: try metrics.map { label, inputs in
        let places = try RunGroup.groups(of: [(label, inputs)]).map { group in
          try group.inputs.compactMap { input -> CostLines.Run? in
            // Of several estimators the first.
            guard let row = try MetricsTable.read(context.path(of: input)).first else { return nil }
            if unit.value(of: row).isNaN { throw BitsFault(label: label, stage: input.stage) }
            return CostLines.Run(
              label: label, variant: input.variant, metrics: row,
              timings: try timings(input, label))
          }
        }
        return CostLines.Line(label: label, places: places)
      })
  }

  /// - Parameter cost: nil where it is unknown; the run is then left out.
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
    figure.note = [unit.direction, lines.sweptInWords, lines.endedInWords].compactMap(\.self)
      .joined(separator: "; ")
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

/// Metrics that have no bits per dimension (exit code 78).
struct BitsFault: Fault {
  let label: String
  let stage: String
  var exitCode: ExitCode { .configuration }
  var reason: String {
    "\(label.quoted), stage \(stage.quoted), has no bits per dimension, because its leaves are densities "
      + "or pixels are hidden: write unit: nats, or leave it out"
  }
  var description: String { "metrics: \(reason)" }
}
