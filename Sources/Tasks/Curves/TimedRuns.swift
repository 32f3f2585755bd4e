import Reports
import Workflow

/// Log-likelihoods by epoch, and the trainings whose times belong to them: `runs:` and `trained:`,
/// two mappings with the same labels.
struct TimedRuns {
  let times: TrainingTimes
  private let runs: NamedInputs

  init(_ fields: StageFields) {
    runs = fields.namedInputs(
      "runs", .trajectory, meaning: "results of evaluate-epochs stages, by the names of the models")
    times = TrainingTimes(fields, labelsOf: "runs", runs.map(\.label))
  }

  var labels: [String] { runs.map(\.label) }

  /// One model of each label and combination of swept values.
  func models(_ context: StageContext) throws -> [(group: RunGroup, runs: ModelRuns)] {
    try RunGroup.groups(of: runs).map { group in
      let all = try group.inputs.map { input in
        let timings = try times.timings(of: input, label: group.label, context)
        return try TrajectoryTable.trajectory(
          path: context.path(of: input), name: input.runName,
          seconds: timings.flatMap { $0.trainSeconds(upTo: $0.epochs.count) })
      }
      return (group, ModelRuns(name: group.name, runs: all))
    }
  }
}
