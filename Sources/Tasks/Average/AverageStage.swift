import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// Averages the parameters that a training had after its last epochs (Izmailov et al. 2018, *Averaging weights
/// leads to wider optima and better generalization*).
///
/// All single epochs and all averages are evaluated on the images of `part`; the best of them is the result. Parameters
/// are averaged as they are stored: sum weights and probabilities as logits, networks by their weights.
struct AverageStage: ForeseenStage {
  static let kind = "average"
  static let version = 3
  static let summary =
    "the mean of a training's parameters over its last epochs, or its best epoch where that is better"
  static let example =
    "averaged: {kind: average, checkpoints: spn.checkpoints, data: shards, most: 8}"
  static let outputs = [OutputPort("model", .model, path: "model.h5")]

  let checkpoints: InputReference
  let data: InputReference
  let part: Part
  private let partPlace: FieldPlace
  /// Epochs of the longest average that is tried.
  let most: Int
  /// What is hidden of the images.
  let missing: MaskChoice?
  private let missingPlace: FieldPlace

  init(fields: StageFields) throws {
    checkpoints = fields.input(
      "checkpoints", .checkpoints, meaning: "the checkpoints of a train stage")
    data = fields.input(
      "data", .shards, meaning: "images on which epochs and averages are compared")
    part = fields.part(default: .validation)
    partPlace = fields.place("part")
    most = fields.int(
      "most", default: 8, in: 2...10_000,
      meaning: "largest number of last epochs that is averaged; every number from 2 is tried")
    missing = fields.mask(
      "missing", meaning: "mask of pixels that are missing in the images, as in the training")
    missingPlace = fields.place("missing")
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    context.model(checkpoints)
  }

  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    let images = context.outlook(of: data, as: ImageOutline.self)
    let count = images?.counts[part.rawValue]
    if count == 0 { throw partPlace.fault(EmptyPartFault(part: part).description) }
    guard let circuit = context.model(checkpoints)?.circuit else { return nil }
    if let missing, let images {
      try missingPlace.naming {
        try circuit.require(
          try missing.holes(of: images.shape, superpixels: circuit.superpixels))
      }
    }
    // The sum in Double; the last epoch, the chosen one, the one that was read and its derived numbers, an average,
    // and what writing copies.
    let numbers = 8 * circuit.layout.parameterCount + circuit.layout.derivedCount
    return [
      MemoryShare("images", bytes: (count ?? 0) * (images?.shape.valueCount ?? 0)),
      MemoryShare("circuit", bytes: 3 * circuit.byteCount),
      MemoryShare("parameters", bytes: numbers * MemoryLayout<Float>.stride),
      MemoryShare(
        "tiles",
        bytes: context.workers
          * circuit.workspaceBytes(tile: circuit.largestTile, withGradients: false)),
    ]
  }

  /// - Throws: `ModelFault` where a checkpoint is damaged, `EmptyPartFault`, `NotFiniteFault`.
  func run(_ context: StageContext) throws {
    let folder = context.path(of: checkpoints)
    let files = try CheckpointFiles.inOrder(folder).map { joinPath(folder, $0) }
    let last = try ModelFile.read(files[files.count - 1])
    var comparison = EpochComparison(
      stage: self, context: context, circuit: last.circuit,
      samples: try samples(for: last, context),
      // The first file holds the parameters before training.
      total: max(files.count - 1, 1) + max(min(files.count - 1, most) - 1, 0))
    var chosen = last
    // Of a training that diverged in its first epoch nothing else is left.
    for file in files.count > 1 ? Array(files.dropFirst()) : files {
      let model = try ModelFile.read(file)
      if try comparison.isBest(model, named: "epoch \(model.epoch)") { chosen = model }
    }
    var sum = ParameterSum(count: last.parameters.count)
    for file in files.dropFirst().suffix(most).reversed() {
      sum.add(try ModelFile.read(file).parameters)
      // A mean of one epoch is that epoch.
      guard sum.summands > 1 else { continue }
      let mean = last.with(parameters: sum.mean)
      if try comparison.isBest(
        mean, named: "mean of the last \(sum.summands) epochs", epochs: sum.summands)
      {
        chosen = mean
      }
    }
    try comparison.report()
    // What became of the training is what became of its average.
    if let failure = context.failure(of: checkpoints) { context.reportFailure(failure) }
    try ModelFile.write(chosen.result(context), to: context.outputPath("model"))
  }

  private func samples(for model: Model, _ context: StageContext) throws -> Samples {
    let reader = try ShardReader(folder: context.path(of: data))
    var samples = try Samples(reader, part: part, view: model.binarisation, seed: 0)
    try samples.requireShape(model.imageShape)
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    if let missing {
      samples.mask = try missing.holes(
        of: reader.manifest.shape, superpixels: model.circuit.superpixels)
      try model.circuit.require(samples.mask)
    }
    return samples
  }
}

extension Model {
  /// The same model with other parameters.
  fileprivate func with(parameters: Parameters) -> Model {
    Model(
      imageHeight: imageHeight, imageWidth: imageWidth, superpixel: superpixel,
      structure: structure, binarisation: binarisation, classNames: classNames, circuit: circuit,
      parameters: parameters, learner: learner, curve: curve, configuration: configuration,
      fingerprint: fingerprint)
  }

  /// The same model as made by this stage, without learner state.
  fileprivate func result(_ context: StageContext) -> Model {
    Model(
      imageHeight: imageHeight, imageWidth: imageWidth, superpixel: superpixel,
      structure: structure, binarisation: binarisation, classNames: classNames, circuit: circuit,
      parameters: parameters,
      learner: LearnerSnapshot(kind: AverageStage.kind, step: learner.step, arrays: []),
      curve: curve, configuration: context.resolved, fingerprint: context.fingerprint)
  }
}
