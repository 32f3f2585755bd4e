import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage
import Workflow

/// The log-likelihood of a part of a data set after each epoch of a training: what training curves
/// of different models are compared by.
struct EvaluateEpochsStage: ForeseenStage {
  static let kind = "evaluate-epochs"
  static let version = 4
  static let summary = "the log-likelihood after each epoch of a training (HDF5 table and CSV)"
  static let example =
    "spn-epochs: {kind: evaluate-epochs, checkpoints: spn.checkpoints, data: shards}"
  static let outputs = [OutputPort("trajectory", .trajectory, path: "trajectory.h5")]

  let checkpoints: InputReference
  let data: InputReference
  let part: Part
  /// So many images, chosen by seed and class; nil for all.
  let limit: Int?
  let choice: LikelihoodChoice
  private let likelihoodPlace: FieldPlace

  init(fields: StageFields) throws {
    checkpoints = fields.input(
      "checkpoints", .checkpoints, meaning: "the checkpoints of a train stage")
    data = fields.input("data", .shards, meaning: "images that are evaluated")
    part = fields.part(default: .test)
    limit = fields.optionalInt(
      "images", in: 1...Int(Int32.max),
      meaning: "most images, chosen by seed and class; all where it is not written")
    choice = fields.likelihood()
    likelihoodPlace = fields.place("likelihood")
  }

  /// - Throws: `ConfigurationFault` where the model that will be has no such number.
  func memory(_ context: ForecastContext) throws -> [MemoryShare]? {
    guard let asked = context.model(checkpoints) else { return nil }
    _ = try likelihoodPlace.naming { try choice.circuit(of: asked.circuit) }
    return nil
  }

  func run(_ context: StageContext) throws {
    let folder = context.path(of: checkpoints)
    let files = try CheckpointFiles.inOrder(folder)
    let reader = try ShardReader(folder: context.path(of: data))
    // Checkpoints of one training look at their images alike: read and hashed once for all.
    let samples = try samples(reader, for: ModelFile.read(joinPath(folder, files[0])))
    var rows: [TrajectoryTable.Row] = []
    for (index, file) in files.enumerated() {
      let model = try ModelFile.read(joinPath(folder, file))
      let circuit = try choice.circuit(of: model)
      let values = try circuit.logLikelihoods(
        samples, derived: circuit.checkedDerived(from: model.parameters),
        workers: ForkJoin(workers: context.workers)
      ) { done in
        try context.checkCancellation()
        let count = samples.sampleCount
        context.progress(
          completed: index * count + done, total: files.count * count, unit: "images",
          detail: "epoch \(model.epoch)")
      }.requireFinite()
      rows.append(
        TrajectoryTable.Row(epoch: model.epoch, summary: LogLikelihoodSummary(values)))
    }
    let table = TrajectoryTable.table(
      of: rows, part: part, choice, images: samples.choice,
      outcome: context.failure(of: checkpoints))
    try HDF5File.writeAtomically(to: context.outputPath("trajectory")) {
      try $0.write("/trajectory", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "trajectory.csv"))
  }

  private func samples(_ reader: ShardReader, for model: Model) throws -> Samples {
    var samples = try Samples(reader, part: part, view: model.binarisation, seed: 0)
    try samples.requireShape(model.imageShape)
    if let limit { try samples.choose(limit) }
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    return samples
  }
}

/// A folder of checkpoints.
enum CheckpointFiles {
  /// Their names by epoch: numbers are padded to four digits, and epochs may have more.
  ///
  /// - Throws: `ModelFault` where there is none.
  static func inOrder(_ folder: String) throws -> [String] {
    let files = try DurableFile.listTree(folder).filter { $0.hasSuffix(".h5") }
      .sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    guard !files.isEmpty else {
      throw ModelFault(path: folder, reason: "no checkpoint is in this folder")
    }
    return files
  }
}
