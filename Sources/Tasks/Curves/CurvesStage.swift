import Files
import Reports
import Workflow

/// The log-likelihood of several models after each epoch, all seeds: a chart a model, one with all.
struct CurvesStage: Stage {
  static let kind = "curves"
  static let version = 3
  static let summary =
    "log-likelihood by epoch of several models and seeds: median, quartiles (SVG, PNG, CSV)"
  static let example = "curves: {kind: curves, runs: {SPN: spn-epochs}}"
  static let outputs = [OutputPort("figure", .figure, path: "curves.csv")]
  static let isFigure = true

  let runs: NamedInputs
  let title: String

  init(fields: StageFields) throws {
    runs = fields.namedInputs(
      "runs", .trajectory, meaning: "results of evaluate-epochs stages, by the names of the models")
    title = fields.string("title", default: "Test log-likelihood", meaning: "title of the chart")
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let models = try RunGroup.groups(of: runs).map { group in
      let all = try group.inputs.map {
        try TrajectoryTable.trajectory(
          path: context.path(of: $0), name: $0.runName, seconds: nil)
      }
      return ModelRuns(name: group.name, runs: all)
    }
    let curves = SeedCurves(
      title: title, xLabel: "epoch", yLabel: "mean test log-likelihood, nats per image",
      models: models.map { $0.curves { Double($0.epoch) } })
    try context.draw(curves, named: "curves")
  }
}

/// The same against seconds of training, from what each training measured: another picture for every
/// machine, and so no part of what is compared.
struct CurvesBySecondStage: Stage {
  static let kind = "curves-by-second"
  static let version = 3
  static let summary = "the same against measured seconds of training"
  static let example =
    "curves-by-second: {kind: curves-by-second, runs: {SPN: spn-epochs}, trained: {SPN: spn.curve}}"
  static let outputs = [OutputPort("figure", .measuredFigure, path: "curves-by-second.csv")]
  static let isFigure = true
  static let isMeasured = true

  let runs: TimedRuns
  let title: String

  init(fields: StageFields) throws {
    runs = TimedRuns(fields)
    title = fields.string(
      "title", default: "Test log-likelihood by time", meaning: "title of the chart")
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    let models = try runs.models(context).map(\.runs)
    let curves = SeedCurves(
      title: title, xLabel: try runs.times.axisLabel(context),
      yLabel: "mean test log-likelihood, nats per image",
      models: models.map { $0.curves { $0.epoch == 0 ? nil : $0.seconds } },
      xScale: .logarithmic)
    try context.draw(curves, named: "curves-by-second")
  }
}

extension ModelRuns {
  /// As a chart takes them; points without an x are left out.
  func curves(_ x: (Trajectory.Point) -> Double?) -> SeedCurves.Model {
    SeedCurves.Model(
      name: name,
      runs: runs.map { run in
        SeedCurves.Run(
          name: run.name,
          points: run.points.compactMap { point in
            // Before training all are far below; the first epoch is where curves begin.
            guard point.epoch > 0 || run.points.count == 1 else { return nil }
            return x(point).map { LineChart.Point(x: $0, y: point.value) }
          },
          ending: run.ending.map(shortened))
      },
      kind: kind.inWords)
  }

  /// `diverged in epoch 2, step 312: ...` up to the colon.
  private func shortened(_ ending: String) -> String {
    String(ending.prefix { $0 != ":" })
  }
}

extension StageContext {
  /// One chart with all models, and where there are several, one a model.
  func draw(_ curves: SeedCurves, named name: String) throws {
    tell(try curves.together.draw(in: folder, named: name))
    guard curves.models.count > 1 else { return }
    // Numbered, because two names may differ only in what a file name cannot hold.
    for (index, (model, panel)) in zip(curves.models, curves.panels).enumerated() {
      _ = try panel.draw(in: folder, named: "\(name)-\(index + 1)-\(slug(model.name))")
    }
  }
}
