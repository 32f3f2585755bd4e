import Workflow

/// The measured times of trainings, by the labels of what was computed from their models: `trained:`, a
/// mapping with the labels of another one.
struct TrainingTimes {
  private let trained: NamedInputs

  init(_ fields: StageFields, labelsOf key: String, _ labels: [String]) {
    trained = fields.namedInputs(
      "trained", .curve,
      meaning:
        "curves of the train stages with the same names, for their measured times: of these trainings "
        + "alone, without those of other members of an ensemble or from which they started")
    fields.requireLabels(of: "trained", trained.map(\.label), toBeThoseOf: key, labels)
  }

  /// The labels under which there are trainings: not those of references that were refused.
  var foundLabels: [String] { trained.filter { !$0.inputs.isEmpty }.map(\.label) }

  /// The training of a result: known by its seed and whatever else is swept, not by its place in the list.
  func training(of input: InputReference, label: String) -> InputReference? {
    trained.first { $0.label == label }?.inputs.first { $0.variant == input.variant }
  }

  /// Nil where nothing was measured.
  func timings(
    of input: InputReference, label: String, _ context: StageContext
  ) throws -> EpochTimings? {
    try training(of: input, label: label)
      .flatMap { try context.measurement(EpochTimings.fileName, of: $0) }.map(EpochTimings.init)
  }

  /// `seconds of training on 2 workers`, or `on 1 or 2 workers` where trainings had different numbers.
  func axisLabel(_ context: StageContext) throws -> String {
    let workers = try workers(context)
    let numbers = workers.map(String.init).joined(separator: " or ")
    return "seconds of training"
      + (workers.isEmpty ? "" : " on \(numbers) worker\(workers == [1] ? "" : "s")")
  }

  /// The numbers of workers that the trainings had.
  private func workers(_ context: StageContext) throws -> [Int] {
    let all = try trained.flatMap(\.inputs).flatMap { input in
      try context.measurement(EpochTimings.fileName, of: input)
        .map { try EpochTimings(path: $0).epochs.map(\.workers) } ?? []
    }
    return Set(all).sorted()
  }
}
