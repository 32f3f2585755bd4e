import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// Turns a model with VAE leaves into an exact one with continuous mixtures, and trains it on.
struct ConvertStage: ForeseenStage {
  static let kind = "convert"
  static let version = 4
  static let summary =
    "a model with vae leaves as one with mixture leaves; before, after, fine-tuned"
  static let example =
    "converted: {kind: convert, model: spn.model, data: shards, nodes: 64, epochs: 2}"
  static let outputs = [
    OutputPort("model", .model, path: "model.h5"),
    OutputPort("conversion", .conversion, path: "conversion.h5"),
  ]

  let model: InputReference
  let data: InputReference
  /// What the numbers are of; fine-tuning is on `train`.
  let part: Part
  let conversion: ModelConversion
  /// The number that the model is asked for before.
  let likelihood: LikelihoodChoice
  let fineTuning: FineTuning
  private let modelPlace: FieldPlace
  private let learnerPlace: FieldPlace
  private let likelihoodPlace: FieldPlace

  init(fields: StageFields) throws {
    model = fields.input("model", .model, meaning: "a model with vae leaves")
    data = fields.input("data", .shards, meaning: "images for the numbers, and for fine-tuning")
    part = fields.part(default: .test)
    let rule = fields.word(
      "rule", of: ModelConversion.rules, default: NodeRule.quantile.rawValue,
      meaning: "how nodes are placed in the latent space")
    let weights = fields.word(
      "nodeWeights", of: ["fixed", "learned"], default: "fixed",
      meaning: "whether the weights of the nodes stay, or are learned in fine-tuning")
    conversion = ModelConversion(
      nodes: fields.int(
        "nodes", default: 64, in: ModelConversion.nodeCounts, meaning: "nodes of each new leaf unit"
      ),
      rule: rule, learnsWeights: weights == "learned")
    likelihood = fields.likelihood()
    modelPlace = fields.place("model")
    learnerPlace = fields.place("learner")
    likelihoodPlace = fields.place("likelihood")
    let learner = fields.choice(
      "learner", from: Catalogues.learners, default: Adam.kind,
      meaning: "learner of the fine-tuning")
    // Which nodes does not matter to a learner.
    let leaf = MixtureLeaf(nodes: PriorNodes(.quantile, count: 1, latent: 1))
    if let complaint = learner?.complaint(about: leaf) { fields.complain("learner", complaint) }
    fineTuning = FineTuning(
      epochs: fields.int(
        "epochs", default: 0, in: 0...1_000_000, meaning: "epochs of fine-tuning; 0 for none"),
      batch: fields.int(
        "batch", default: 128, in: 1...1_000_000, meaning: "images in a step of fine-tuning"),
      learner: learner ?? Adam(), seed: fields.seed())
  }

  /// Of the circuit nothing is said: what its leaves become is known when they are there.
  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    context.model(model).map { ConvertedOutlook(shape: $0.shape) }
  }

  /// - Throws: `ConfigurationFault` where the model that will be cannot be converted.
  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let old = context.model(model) else { return nil }
    _ = try modelPlace.naming { try conversion.encoders(of: old.circuit.leaf) }
    if let complaint = fineTuning.complaint(about: old.circuit) {
      throw learnerPlace.fault(complaint)
    }
    _ = try likelihoodPlace.naming { try likelihood.circuit(of: old.circuit) }
    return nil
  }

  func run(_ context: StageContext) throws {
    let old = try ModelFile.read(context.path(of: model))
    let reader = try ShardReader(folder: context.path(of: data))
    let images = try Samples(reader, part: part, view: old.binarisation, seed: 0)
    try images.requireShape(old.imageShape)
    guard images.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    let workers = ForkJoin(workers: context.workers)
    var rows: [ConversionRow] = []
    let work = work(reader, of: images)
    func look(_ step: String, _ model: Model, _ choice: LikelihoodChoice) throws {
      let before = rows.count * images.sampleCount + (rows.count == 2 ? work.tuning : 0)
      let row = try ConversionRow(
        step: step, model, choice, of: images, workers: workers
      ) { done in
        try context.checkCancellation()
        context.progress(
          completed: before + done, total: work.total, unit: "images", detail: step)
      }
      rows.append(row)
      context.note(row.sentence)
    }
    var new = try conversion.converted(
      old, configuration: context.resolved, fingerprint: context.fingerprint)
    try look("before", old, likelihood)
    try look("converted", new, .trained)
    if fineTuning.epochs > 0 {
      new = try tuned(new, reader, context, workers, after: 2 * images.sampleCount, of: work.total)
      try look("fine-tuned", new, .trained)
    }
    if let remark = ConversionTable.remark(rows) { context.note(remark) }
    try ModelFile.write(new, to: context.outputPath("model"))
    let table = ConversionTable.table(of: rows)
    try HDF5File.writeAtomically(to: context.outputPath("conversion")) {
      try $0.write("/conversion", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "conversion.csv"))
  }

  /// Images of all passes: two or three looks, and the epochs between.
  private func work(
    _ reader: ShardReader, of images: Samples
  ) -> (tuning: Int, total: Int) {
    guard fineTuning.epochs > 0 else { return (0, 2 * images.sampleCount) }
    let tuning = fineTuning.epochs * reader.count(Part.train.rawValue)
    return (tuning, 3 * images.sampleCount + tuning)
  }

  private func tuned(
    _ model: Model, _ reader: ShardReader, _ context: StageContext, _ workers: ForkJoin,
    after before: Int, of total: Int
  ) throws -> Model {
    let source = try Samples(
      reader, part: .train, view: model.binarisation, seed: fineTuning.seed)
    return try fineTuning.run(model, on: source, workers: workers) { epoch, done, mean in
      try context.checkCancellation()
      context.progress(
        completed: before + (epoch - 1) * source.sampleCount + done, total: total,
        unit: "images",
        detail: "epoch \(epoch)/\(fineTuning.epochs), batch \(rounded(mean)) nats")
    }
  }
}

/// What a converted model will be of.
private struct ConvertedOutlook: ShapedOutlook {
  let shape: ImageShape
}
