import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// Averages the parameters that a training had after its last epochs (Izmailov et al. 2018, *Averaging weights
/// leads to wider optima and better generalization*), and keeps an average only if it is better on the
/// validation images than every single epoch.
///
/// Parameters are averaged as they are stored: sum weights and probabilities as logits, networks by their weights.
struct AverageStage: ForeseenStage {
  static let kind = "average"
  static let version = 1
  static let summary = "the mean of a training's parameters over its last epochs, if it is better"
  static let example =
    "averaged: {kind: average, checkpoints: spn.checkpoints, data: shards, most: 8}"
  static let outputs = [OutputPort("model", .model, path: "model.h5")]

  let checkpoints: InputReference
  let data: InputReference
  let part: Part
  /// Epochs of the longest average that is tried.
  let most: Int

  init(fields: StageFields) throws {
    checkpoints = fields.input(
      "checkpoints", .checkpoints, meaning: "the checkpoints of a train stage")
    data = fields.input("data", .shards, meaning: "images that averages are compared on")
    part = fields.part(default: .validation)
    most = fields.int(
      "most", default: 8, in: 2...10_000,
      meaning: "most epochs that are averaged: every number of last epochs up to it is tried")
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    context.model(checkpoints)
  }

  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let circuit = context.model(checkpoints)?.circuit else { return nil }
    if context.outlook(of: data, as: ImageOutline.self)?.counts[part.rawValue] == 0 {
      throw EmptyPartFault(part: part)
    }
    // The sum in Double, the average tried, the best one, and three epochs that were read.
    let numbers = 7 * circuit.layout.parameterCount + circuit.layout.derivedCount
    return [
      MemoryShare("circuit", bytes: 2 * circuit.byteCount),
      MemoryShare("parameters", bytes: numbers * MemoryLayout<Float>.stride),
      MemoryShare(
        "tiles",
        bytes: context.workers
          * circuit.workspaceBytes(tile: circuit.largestTile, withGradients: false)),
    ]
  }

  /// - Throws: `ModelFault` where a checkpoint is damaged, `EmptyPartFault`.
  func run(_ context: StageContext) throws {
    let folder = context.path(of: checkpoints)
    let files = try CheckpointFiles.inOrder(folder)
    let last = try ModelFile.read(joinPath(folder, files[files.count - 1]))
    let reader = try ShardReader(folder: context.path(of: data))
    let samples = try Samples(reader, part: part, view: last.binarisation, seed: 0)
    try samples.requireShape(last.imageShape)
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }

    // The first file holds the parameters before training.
    let tried = files.dropFirst().suffix(most).reversed()
    let single = try bestEpoch(last.curve).map { try ModelFile.read(joinPath(folder, files[$0])) }
    let total = (tried.count + 1) * samples.sampleCount
    func mean(_ parameters: Parameters, after done: Int, _ detail: String) throws -> Double {
      let values = try last.circuit.logLikelihoods(
        samples, derived: last.circuit.checkedDerived(from: parameters),
        workers: ForkJoin(workers: context.workers)
      ) {
        try context.checkCancellation()
        context.progress(
          completed: done * samples.sampleCount + $0, total: total, unit: "images", detail: detail)
      }
      return LogLikelihoodSummary(values).mean
    }

    let first = single ?? last
    var best = first.parameters
    var rows = [
      Row(
        name: "epoch \(first.epoch)", epochs: 1,
        value: try mean(best, after: 0, "epoch \(first.epoch)"))
    ]
    var sum = ParameterSum(count: last.parameters.count)
    for (index, file) in tried.enumerated() {
      sum.add(index == 0 ? last.parameters : try ModelFile.read(joinPath(folder, file)).parameters)
      // The last epoch alone is among the single ones, of which the best stands in the first row.
      guard index > 0 else { continue }
      let average = sum.mean
      let name = "mean of the last \(sum.summands) epochs"
      let value = try mean(average, after: index, name)
      if value > rows.map(\.value).max() ?? -.infinity { best = average }
      rows.append(Row(name: name, epochs: sum.summands, value: value))
    }
    try report(rows, context)
    try ModelFile.write(last.result(best, context), to: context.outputPath("model"))
  }

  private struct Row {
    let name: String
    let epochs: Int
    let value: Double
  }

  private func report(_ rows: [Row], _ context: StageContext) throws {
    for row in rows {
      context.note("\(row.name): \(part.rawValue) \(rounded(row.value)) nats/image")
    }
    if let failure = context.failure(of: checkpoints) {
      context.note("the training ended early: \(failure)")
    }
    if let chosen = rows.max(by: { $0.value < $1.value }) { context.note("kept: \(chosen.name)") }
    let table = Table(
      title: "averages of parameters over last epochs",
      columns: [
        TableColumn("parameters", .strings(rows.map(\.name))),
        TableColumn("epochs", .integers(rows.map { Int64($0.epochs) })),
        TableColumn("logLikelihood", unit: "nats/image", .doubles(rows.map(\.value))),
      ])
    try table.writeCSV(to: joinPath(context.folder, "averages.csv"))
  }
}

extension Model {
  /// With other parameters, and no memory of a learner.
  fileprivate func result(_ parameters: Parameters, _ context: StageContext) -> Model {
    Model(
      imageHeight: imageHeight, imageWidth: imageWidth, superpixel: superpixel,
      structure: structure, binarisation: binarisation, classNames: classNames, circuit: circuit,
      parameters: parameters,
      learner: LearnerSnapshot(kind: AverageStage.kind, step: learner.step, arrays: []),
      curve: curve, configuration: context.resolved, fingerprint: context.fingerprint)
  }
}
