import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// The log-likelihood of a part of a data set under a model.
struct EvaluateStage: ForeseenStage, ResizingStage {
  static let kind = "evaluate"
  static let version = 7
  static let summary =
    "log-likelihood, standard error, bits per dimension (one value) (HDF5 table and CSV)"
  static let example = "spn-metrics: {kind: evaluate, model: spn.model, data: shards, hide: left}"
  static let outputs = [OutputPort("metrics", .metrics, path: "metrics.h5")]

  let model: InputReference
  let data: InputReference
  let part: Part
  /// So many images, chosen by seed and class; nil for all.
  let limit: Int?
  let choices: [LikelihoodChoice]
  /// What is hidden: the number is then of the rest.
  let hide: MaskChoice?
  private let hidePlace: FieldPlace
  private let likelihoodPlace: FieldPlace
  let resizes: Bool
  /// Bytes of images above which they are streamed.
  let memory: Int

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "the model that is asked")
    data = fields.input("data", .shards, meaning: "images that are evaluated")
    part = fields.part(default: .test)
    limit = fields.optionalInt(
      "images", in: 1...Int(Int32.max),
      meaning: "most images, chosen by seed and class; all where it is not written")
    choices = fields.likelihoods()
    hide = fields.mask("hide", meaning: "mask of the pixels that are summed out")
    hidePlace = fields.place("hide")
    likelihoodPlace = fields.place("likelihood")
    resizes = fields.resizes()
    memory = fields.memory()
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    MetricsOutlook(
      hidden: hide?.description ?? "",
      isDensity: context.model(model)?.circuit.leaf.traits.isDensity)
  }

  /// - Throws: `ConfigurationFault` where the model that will be has no such number.
  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let asked = context.model(model) else { return nil }
    for choice in choices {
      _ = try likelihoodPlace.naming { try choice.circuit(of: asked.circuit) }
      guard let hide else { continue }
      _ = try hidePlace.naming {
        try Inquiry.choice(
          for: asked.circuit, hiding: hide.mask(of: asked), likelihood: choice)
      }
    }
    return nil
  }

  /// - Throws: `SizeFault`, `EmptyPartFault`, `MarginalFault`, `LikelihoodFault`, `MaskFault`.
  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let reader = try ShardReader(folder: context.path(of: data))
    var samples = try Samples(reader, part: part, for: model, resizes: resizes, memory: memory)
    if let limit { try samples.choose(limit) }
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    if let hide {
      samples.mask = try hide.mask(of: model)
      try samples.requireHidden(by: hide)
    }
    var evaluations: [Evaluation] = []
    for (index, choice) in choices.enumerated() {
      evaluations.append(try evaluate(choice, number: index, model, samples, context))
      context.note(
        "\(part.rawValue) of \(reader.manifest.name.printable), \(samples.choice.words): "
          + MetricsTable.sentence(
            evaluations[index].summary, model: model, evaluations[index].choice, hiding: hide)
          + samples.resizedWords)
    }
    let metrics = MetricsTable.table(
      of: evaluations, model: model,
      MetricsTable.Images(
        dataset: reader.manifest.name, part: part, hiding: hide, choice: samples.choice,
        resizedFrom: samples.resizing?.from),
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
  ) throws -> Evaluation {
    let inquiry = try Inquiry.marginal(of: model, hiding: samples.mask, likelihood: choice)
    let total = samples.sampleCount
    let clock = ContinuousClock()
    let start = clock.now
    defer { context.timing(choice.description, seconds: start.duration(to: clock.now).seconds) }
    let values = try inquiry.circuit.logLikelihoods(
      samples, derived: inquiry.derived, workers: ForkJoin(workers: context.workers)
    ) { done in
      try context.checkCancellation()
      context.progress(
        completed: number * total + done, total: choices.count * total, unit: "images",
        detail: choice.description)
    }.requireFinite()
    return Evaluation(choice: inquiry.choice, values: values)
  }
}

/// What metrics will be, for the stages that read them: known before they are computed.
struct MetricsOutlook: Sendable {
  /// The mask of the hidden pixels, as the table of metrics names it; empty where none are hidden.
  let hidden: String
  /// Whether the values are densities; nil where the model is unknown.
  let isDensity: Bool?
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
