import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Workflow

/// Trains a circuit on shards: an epoch, a validation pass, a checkpoint, and again.
///
/// Interrupted, it continues from its newest checkpoint with the same bits. It stops at the first
/// number that is not finite: then its result is what it had learned by the last whole epoch, and a
/// report of step and leaf.
struct TrainStage: Stage {
  static let kind = "train"
  static let version = 8
  static let summary = "trains a sum-product network: model, curve, a checkpoint each epoch"
  static let example = """
    spn:
      kind: train
      data: shards
      leaf: {kind: vae, hidden: 16, latent: 2}
      learner: {kind: adam, rate: 0.01}
      epochs: 40
    """
  static let outputs = [
    OutputPort("model", .model, path: "model.h5"), OutputPort("curve", .curve, path: "curve.h5"),
    // Many and large; for other stages, not for people.
    OutputPort("checkpoints", .checkpoints, path: "checkpoints", isPublished: false),
  ]
  static let isResumable = true

  let data: InputReference
  /// The model's superpixels.
  let partition: PartitionChoice
  /// Mutual information of the superpixels, for a structure that is made from it.
  let statistics: InputReference?
  let statisticsPlace: FieldPlace
  /// A model of the same circuit, with whose parameters training begins; nil for fresh ones.
  let start: InputReference?
  private let startPlace: FieldPlace
  let specification: ModelSpecification
  let binarisation: BinarisationView
  let learner: any Learner
  let batch: Int
  let epochs: Int
  /// Images an epoch has at least: a small set is passed over several times before it counts as one.
  let epochImages: Int
  /// Standard deviation of the sums' first logits.
  let weightSpread: Double
  /// Where leaf units begin as clusters of patches; nil for random ones.
  let clusters: ClusteredLeaves?
  /// When it ends before its last epoch; nil for never.
  let earlyStopping: EarlyStopping?
  let keepsBest: Bool
  /// Whether each class has a root unit, and images teach that of their own label.
  let withClasses: Bool
  let classesPlace: FieldPlace
  let window: Int
  /// Bytes of a part's images above which they are streamed.
  let memory: Int
  /// What is hidden of training and validation images: data with holes.
  let missing: MaskChoice?
  let missingPlace: FieldPlace
  let seed: Int

  init(fields: StageFields) throws {
    data = fields.input("data", .shards, meaning: "images, with their split")
    partition = PartitionChoice(fields, of: data)
    statistics = fields.optionalInput(
      "statistics", .information,
      meaning: "mutual information of the superpixels, for structures that are learned")
    statisticsPlace = fields.place("statistics")
    start = fields.optionalInput(
      "start", .model,
      meaning: "a trained model of the same circuit, whose parameters training begins with")
    startPlace = fields.place("start")
    let specification = ModelSpecification(fields.fields)
    let binarisation = fields.choice(
      "binarisation", from: Catalogues.binarisations, default: "threshold",
      meaning: "how levels become the values that leaves model")
    let learner = fields.choice(
      "learner", from: Catalogues.learners, default: Adam.kind,
      meaning: "how parameters are learned")
    batch = fields.int("batch", default: 128, in: 1...1_000_000, meaning: "images in a step")
    epochs = fields.int("epochs", in: 1...1_000_000, meaning: "passes over the training images")
    epochImages = fields.int(
      "epochImages", default: 0, in: 0...1_000_000_000,
      meaning: "least images that count as an epoch: a small set is passed over several times")
    weightSpread = fields.double(
      "weightSpread", default: 0.1, in: 0...100,
      meaning:
        "spread of the initial sum weights: standard deviation of logits, or of network heads")
    // Not written, neither is part of a fingerprint.
    clusters =
      fields.optionalChoice(
        "initialisation", from: Catalogues.initialisations,
        meaning: "how leaf parameters begin; random where it is not written") ?? nil
    earlyStopping = EarlyStopping(fields: fields)
    keepsBest =
      fields.word(
        "keep", of: ["best", "last"], default: "best",
        meaning: "the epoch whose model is the result: best by validation, or the last") == "best"
    withClasses = fields.bool(
      "classes", default: false,
      meaning: "whether each class has a root unit that learns from its own images")
    classesPlace = fields.place("classes")
    window = fields.int(
      "window", default: BatchOrder.defaultWindow, in: 1...1_000_000_000,
      meaning: "images of a streamed set among which the order is random")
    memory = fields.memory()
    missing = fields.mask(
      "missing", meaning: "mask of pixels that are missing in training and validation images")
    missingPlace = fields.place("missing")
    seed = fields.seed()
    guard let specification, let binarisation, let learner else { throw IncompleteFields() }
    self.specification = specification
    self.binarisation = binarisation
    self.learner = learner
    complainOfMisfits(fields)
    complainOfClusters(fields)
  }

  /// Fields that do not fit each other.
  private func complainOfMisfits(_ fields: StageFields) {
    if let complaint = binarisation.complaint(about: specification.leaf) {
      fields.complain(fields.has("binarisation") ? "binarisation" : "leaf", complaint)
    }
    if let complaint = missing?.complaint(training: specification.leaf) {
      fields.complain("missing", complaint)
    }
    if let complaint = learner.complaint(about: specification.leaf) {
      fields.complain("learner", complaint)
    }
    if let complaint = learner.complaint(about: specification.weights) {
      fields.complain("learner", complaint)
    }
    if let complaint = clusters?.complaint(about: specification.leaf) {
      fields.complain("initialisation", complaint)
    }
    if start != nil {
      for key in ["initialisation", "weightSpread"] where fields.has(key) {
        fields.complain(key, "parameters begin as those of start: expected one of both")
      }
    }
    // What stands there and is none of these is told already.
    if let complaint = specification.complaint(hasStatistics: fields.has("statistics")) {
      fields.complain(statistics == nil ? "structure" : "statistics", complaint)
    }
  }

  /// What k-means cannot begin with.
  private func complainOfClusters(_ fields: StageFields) {
    guard clusters != nil else { return }
    if specification.sharing.includesLeaves {
      fields.complain(
        "initialisation",
        "k-means gives each region leaf units of its own: expected random, or share: sums or none")
    }
    if missing != nil {
      fields.complain(
        "initialisation", "k-means takes whole images: expected random, or no missing")
    }
  }

  func run(_ context: StageContext) throws {
    let reader = try ShardReader(folder: context.path(of: data))
    var source = try Samples(
      reader, part: .train, view: binarisation, seed: seed, window: window,
      memory: memory)
    var validation = try Samples(
      reader, part: .validation, view: binarisation, seed: seed, window: window,
      memory: memory)
    if source.store.isStreamed {
      context.note(
        "\(source.sampleCount) training images are more than \(megabytes(memory)): read ahead from "
          + "their shards, \(window) at a time")
    }
    let partition = try partition.read(context, shards: reader)
    let circuit = try specification.circuit(
      over: partition,
      classPriors: withClasses
        ? classPriors(of: source.store, classes: reader.manifest.classNames.count) : nil,
      information: try information(context, of: partition))
    if let missing {
      source.mask = try missing.holes(
        of: reader.manifest.shape,
        superpixels: circuit.superpixels)
      validation.mask = source.mask
      try circuit.require(source.mask)
    }
    let run = TrainingRun(
      stage: self, context: context, circuit: circuit, source: source, validation: validation,
      partition: partition,
      classNames: withClasses ? reader.manifest.classNames : [])
    let (curve, outcome) = try run.trainEpochs()
    try run.finish(curve, outcome)
  }
}

extension TrainStage {
  /// What the structure is made from.
  ///
  /// - Throws: `ModelFault` (65), or `ConfigurationFault` where it is of other images or superpixels.
  private func information(
    _ context: StageContext, of partition: GridPartition
  ) throws -> MutualInformation? {
    guard let statistics else { return nil }
    let file = try InformationFile(context.path(of: statistics))
    try requireStatistics(of: file.partition, for: partition)
    return file.information
  }

  /// The model that training begins with.
  ///
  /// - Throws: `ModelFault` (65), or `ConfigurationFault` where it is of another circuit.
  func startingModel(_ context: StageContext, for circuit: Circuit) throws -> Model? {
    guard let start else { return nil }
    let model = try ModelFile.read(context.path(of: start))
    try requireStart(model.circuit, for: circuit)
    return model
  }

  /// - Parameter isForeseen: whether nothing was run yet, so that regions which are made from images are unknown.
  /// - Throws: `ConfigurationFault` where the parameters of `found` are none of `circuit`.
  func requireStart(_ found: Circuit, for circuit: Circuit, isForeseen: Bool = false) throws {
    let hasRegions = !(isForeseen && specification.structure.needsInformation)
    let difference =
      hasRegions
      ? circuit.difference(from: found)
      : circuit.differenceInKind(from: found) ?? circuit.differenceInWeights(from: found)
    guard let start, let difference else { return }
    throw startPlace.fault("\(start.stage.quoted) is a model of another circuit: \(difference)")
  }

  /// - Throws: `ConfigurationFault` where they are of other superpixels or images.
  func requireStatistics(of found: GridPartition, for expected: GridPartition) throws {
    guard found != expected else { return }
    throw statisticsPlace.fault(
      "expected mutual information of \(expected.words), found that of \(found.words): give the stage "
        + "\(MutualInformationStage.kind) the same data and partition")
  }
}

/// Thrown after the mistakes themselves were recorded.
struct IncompleteFields: Error {}
