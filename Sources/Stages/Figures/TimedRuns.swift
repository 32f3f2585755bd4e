import Evaluation
import Figures
import Workflow

/// Log-likelihoods by epoch, and the trainings whose times belong to them: `runs:` and `trained:`,
/// two mappings with the same labels.
struct TimedRuns {
  private let runs: [(label: String, inputs: [InputReference])]
  private let trained: [(label: String, inputs: [InputReference])]

  init(_ fields: StageFields) {
    runs = fields.namedInputs("runs", .trajectory)
    trained = fields.namedInputs("trained", .curve)
    fields.requireLabels(
      of: "trained", trained.map(\.label), toBeThoseOf: "runs", runs.map(\.label))
  }

  var labels: [String] { runs.map(\.label) }

  func models(_ context: StageContext) throws -> [ModelRuns] {
    try zip(runs, trained).map { entry, training in
      let all = try entry.inputs.map { input in
        let path = context.path(of: input)
        // A training is known by its seed and whatever else is swept, not by its place in the list.
        let curve = training.inputs.first { $0.variant == input.variant }
        let times = curve.flatMap { context.measurement(EpochTimings.fileName, of: $0) }
        let timings = times.map(EpochTimings.init)
        return try TrajectoryTable.trajectory(
          path: path, name: input.variant.inWords,
          seconds: timings.flatMap { $0.trainSeconds(upTo: $0.epochs.count) })
      }
      return ModelRuns(name: entry.label, runs: all)
    }
  }

  /// The numbers of workers that the trainings had.
  func workers(_ context: StageContext) -> [Int] {
    let all = trained.flatMap(\.inputs).flatMap { input in
      context.measurement(EpochTimings.fileName, of: input)
        .map { EpochTimings(path: $0).epochs.map(\.workers) } ?? []
    }
    return Set(all).sorted()
  }
}
