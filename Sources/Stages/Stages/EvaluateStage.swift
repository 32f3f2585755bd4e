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
  static let version = 1
  static let summary = "log-likelihood, standard error, bits per dimension (HDF5 table and CSV)"
  static let outputs = [OutputPort("metrics", .metrics, path: "metrics.h5")]

  let model: InputReference
  let data: InputReference
  let part: Part

  init(fields: StageFields) throws {
    model = fields.input("model", .model)
    data = fields.input("data", .shards)
    part = fields.part(default: .test)
  }

  func run(_ context: StageContext) throws {
    let model = try ModelFile.read(context.path(of: model))
    let reader = try ShardReader(folder: context.path(of: data))
    let samples = try Samples(reader, part: part, view: model.binarisation, seed: 0)
    try samples.requireSize(height: model.imageHeight, width: model.imageWidth)
    let total = samples.sampleCount
    guard total > 0 else { throw EmptyPartFault(part: part) }
    let values = try model.circuit.logLikelihoods(
      samples, derived: model.circuit.derived(from: model.parameters),
      workers: ForkJoin(workers: context.workers)
    ) { done in
      try context.checkCancellation()
      context.progress(completed: done, total: total, unit: "images")
    }
    let summary = LogLikelihoodSummary(values)
    let metrics = MetricsTable.table(
      of: summary, model: model, dataset: reader.manifest.name, part: part)
    let images = MetricsTable.images(values, samples: samples)
    try HDF5File.writeAtomically(to: context.outputPath("metrics")) { file in
      try file.write("/metrics", table: metrics)
      try file.write("/images", table: images)
    }
    try metrics.writeCSV(to: joinPath(context.folder, "metrics.csv"))
    try images.writeCSV(to: joinPath(context.folder, "images.csv"))
    context.note(
      "\(part.rawValue) of \(reader.manifest.name.printable), \(summary.images) images: "
        + MetricsTable.sentence(summary, model: model))
  }
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
    of summary: LogLikelihoodSummary, model: Model, dataset: String, part: Part
  ) -> Table {
    Table(
      title: "log-likelihood",
      columns: [
        TableColumn("dataset", .strings([dataset])),
        TableColumn("part", .strings([part.rawValue])),
        TableColumn("images", .integers([Int64(summary.images)])),
        TableColumn("meanLogLikelihood", unit: "nats/image", .doubles([summary.mean])),
        TableColumn("standardError", unit: "nats/image", .doubles([summary.standardError])),
        TableColumn(
          "bitsPerDimension", unit: "bits/pixel",
          .doubles([summary.bitsPerDimension(pixels: model.circuit.pixelCount)])),
        TableColumn("likelihood", .strings([summary.kind.rawValue])),
        TableColumn("binarisation", .strings([model.binarisation.name])),
        TableColumn("epoch", .integers([Int64(model.epoch)])),
      ])
  }

  /// One row an image.
  static func images(_ values: LogLikelihoods, samples: Samples) -> Table {
    Table(
      title: "log-likelihood of each image",
      columns: [
        TableColumn("index", .integers(samples.store.indices)),
        TableColumn("label", .integers(samples.store.labels.map(Int64.init))),
        TableColumn("logLikelihood", unit: "nats", .doubles(values.values)),
      ])
  }

  /// `-118.20 ± 0.51 nats/image (exact), 0.2175 bits/dimension, threshold 0.5`.
  static func sentence(_ summary: LogLikelihoodSummary, model: Model) -> String {
    let bits = summary.bitsPerDimension(pixels: model.circuit.pixelCount)
    let shown = bits.isFinite ? "\((bits * 10_000).rounded() / 10_000)" : "\(bits)"
    return "\(rounded(summary.mean)) ± \(rounded(summary.standardError)) nats/image "
      + "(\(summary.kind.rawValue)), \(shown) bits/dimension, \(model.binarisation.name)"
  }
}
