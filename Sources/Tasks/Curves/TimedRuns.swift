import Reports
import Workflow

/// Log-likelihoods by epoch, and the trainings whose times belong to them: `runs:` and `trained:`,
/// two mappings with the same labels.
struct TimedRuns {
  private let runs: NamedInputs
  private let trained: NamedInputs

  init(_ fields: StageFields) {
    runs = fields.namedInputs(
      "runs", .trajectory, meaning: "results of evaluate-epochs stages, by the names of the models")
    trained = fields.namedInputs(
      "trained", .curve,
      meaning: "curves of the train stages with the same names, for their measured times")
    fields.requireLabels(
      of: "trained", trained.map(\.label), toBeThoseOf: "runs", runs.map(\.label))
  }

  var labels: [String] { runs.map(\.label) }

  /// One model of each label and combination of swept values.
  func models(_ context: StageContext) throws -> [(group: RunGroup, runs: ModelRuns)] {
    try RunGroup.groups(of: runs).map { group in
      let training = trained.first { $0.label == group.label }
      let all = try group.inputs.map { input in
        let path = context.path(of: input)
        // A training is known by its seed and whatever else is swept, not by its place in the list.
        let curve = training?.inputs.first { $0.variant == input.variant }
        let times = try curve.flatMap { try context.measurement(EpochTimings.fileName, of: $0) }
        let timings = try times.map(EpochTimings.init)
        return try TrajectoryTable.trajectory(
          path: path, name: input.runName,
          seconds: timings.flatMap { $0.trainSeconds(upTo: $0.epochs.count) })
      }
      return (group, ModelRuns(name: group.name, runs: all))
    }
  }

  /// The numbers of workers that the trainings had.
  func workers(_ context: StageContext) throws -> [Int] {
    let all = try trained.flatMap(\.inputs).flatMap { input in
      try context.measurement(EpochTimings.fileName, of: input)
        .map { try EpochTimings(path: $0).epochs.map(\.workers) } ?? []
    }
    return Set(all).sorted()
  }
}
