import Circuits
import Configuration
import Datasets
import Files
import Kernels
import Storage
import Workflow

/// The log-likelihood of a part of a data set under a model.
struct EvaluateStage: Stage {
  static let kind = "evaluate"
  static let version = 2
  static let summary = "log-likelihood, standard error, bits per dimension (HDF5 table and CSV)"
  static let outputs = [OutputPort("metrics", .metrics, path: "metrics.h5")]

  let model: InputReference
  let data: InputReference
  let part: Part
  /// The first so many images; nil for all.
  let limit: Int?
  let choices: [LikelihoodChoice]

  init(fields: StageFields) throws {
    model = fields.input("model", .model)
    data = fields.input("data", .shards)
    part = fields.part(default: .test)
    limit = fields.optionalInt("images", in: 1...Int(Int32.max))
    choices = fields.likelihoods()
  }

  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let reader = try ShardReader(folder: context.path(of: data))
    var samples = try Samples(reader, part: part, view: model.binarisation, seed: 0)
    try samples.requireSize(height: model.imageHeight, width: model.imageWidth)
    if let limit { samples.keepFirst(limit) }
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    var evaluations: [Evaluation] = []
    for (index, choice) in choices.enumerated() {
      let values = try evaluate(choice, number: index, model, samples, context)
      evaluations.append(Evaluation(choice: choice, values: values))
      context.note(
        "\(part.rawValue) of \(reader.manifest.name.printable), \(values.values.count) images: "
          + MetricsTable.sentence(evaluations[index].summary, model: model, choice))
    }
    let metrics = MetricsTable.table(
      of: evaluations, model: model, dataset: reader.manifest.name, part: part,
      outcome: context.failure(of: self.model))
    let images = MetricsTable.images(evaluations, samples: samples)
    try HDF5File.writeAtomically(to: context.outputPath("metrics")) { file in
      try file.write("/metrics", table: metrics)
      try file.write("/images", table: images)
    }
    try metrics.writeCSV(to: joinPath(context.folder, "metrics.csv"))
    try images.writeCSV(to: joinPath(context.folder, "images.csv"))
  }

  private func evaluate(
    _ choice: LikelihoodChoice, number: Int, _ model: Model, _ samples: Samples,
    _ context: StageContext
  ) throws -> LogLikelihoods {
    let circuit = try choice.circuit(of: model)
    let total = samples.sampleCount
    let clock = ContinuousClock()
    let start = clock.now
    defer { context.timing(choice.description, seconds: start.duration(to: clock.now).seconds) }
    return try circuit.logLikelihoods(
      samples, derived: circuit.derived(from: model.parameters),
      workers: ForkJoin(workers: context.workers)
    ) { done in
      try context.checkCancellation()
      context.progress(
        completed: number * total + done, total: choices.count * total, unit: "images",
        detail: choice.description)
    }
  }
}

/// One number of a model for every image.
struct Evaluation {
  let choice: LikelihoodChoice
  let values: LogLikelihoods

  var summary: LogLikelihoodSummary { LogLikelihoodSummary(values) }
}

/// A part of a split without images, of which there is no mean (exit code 78).
struct EmptyPartFault: Fault {
  let part: Part
  var exitCode: ExitCode { .configuration }
  var description: String {
    "part: the split has no \(part.rawValue) images to evaluate; see its stage, or name another part"
  }
}

/// Rows of an evaluation.
enum MetricsTable {
  static func table(
    of evaluations: [Evaluation], model: Model, dataset: String, part: Part, outcome: String?
  ) -> Table {
    let summaries = evaluations.map(\.summary)
    let parameters = model.circuit.counts.parameters
    func same(_ text: String) -> TableValues { .strings(evaluations.map { _ in text }) }
    return Table(
      title: "log-likelihood",
      columns: [
        TableColumn("dataset", same(dataset)), TableColumn("part", same(part.rawValue)),
        TableColumn("images", .integers(summaries.map { Int64($0.images) })),
        TableColumn("estimator", .strings(evaluations.map(\.choice.description))),
        TableColumn("meanLogLikelihood", unit: "nats/image", .doubles(summaries.map(\.mean))),
        TableColumn(
          "standardError", unit: "nats/image", .doubles(summaries.map(\.standardError))),
        TableColumn(
          "bitsPerDimension", unit: "bits/pixel",
          .doubles(summaries.map(model.bitsPerDimension))),
        TableColumn("likelihood", .strings(summaries.map(\.kind.rawValue))),
        TableColumn("binarisation", same(model.binarisation.name)),
        TableColumn("epoch", .integers(evaluations.map { _ in Int64(model.epoch) })),
        TableColumn("parameters", .integers(evaluations.map { _ in Int64(parameters) })),
        TableColumn("training", same(outcome ?? "finished")),
      ])
  }

  /// One row an image and estimator.
  static func images(_ evaluations: [Evaluation], samples: Samples) -> Table {
    let count = samples.sampleCount
    let labels = samples.store.labels.prefix(count).map(Int64.init)
    return Table(
      title: "log-likelihood of each image",
      columns: [
        TableColumn(
          "index", .integers(evaluations.flatMap { _ in samples.store.indices.prefix(count) })),
        TableColumn("label", .integers(evaluations.flatMap { _ in labels })),
        TableColumn(
          "estimator",
          .strings(
            evaluations.flatMap { Array(repeating: $0.choice.description, count: count) })),
        TableColumn(
          "logLikelihood", unit: "nats", .doubles(evaluations.flatMap(\.values.values))),
        TableColumn(
          "likelihood",
          .strings(
            evaluations.flatMap { Array(repeating: $0.values.kind.rawValue, count: count) })),
      ])
  }

  /// `-118.20 ± 0.51 nats/image (exact), 0.2175 bits/dimension, threshold 0.5`.
  static func sentence(
    _ summary: LogLikelihoodSummary, model: Model, _ choice: LikelihoodChoice = .trained
  ) -> String {
    let number =
      "\(rounded(summary.mean)) ± \(rounded(summary.standardError)) nats/image "
      + "(\(summary.kind.rawValue)\(choice == .trained ? "" : ", \(choice)"))"
    let bits = model.bitsPerDimension(summary)
    // A density has none.
    let shown = bits.isNaN ? "" : ", \(rounded(bits, decimals: 4)) bits/dimension"
    return "\(number)\(shown), \(model.binarisation.name)"
  }
}
