import Circuits
import Datasets
import Files
import Numerics
import Workflow

/// Reads raw files, believes nothing before it was checked, and keeps what they hold.
struct IngestStage: ForeseenStage {
  static let kind = "ingest"
  static let version = 3
  static let summary = "checks raw images and labels and unpacks them (HDF5)"
  static let example = "digits: {kind: ingest, source: {kind: idx, dataset: mnist-5k}}"
  static let outputs = [OutputPort("images", .images, path: "images.h5")]
  static let isPublished = false

  let format: any ImageFormat
  let folder: RawFolder

  init(fields: StageFields) throws {
    guard
      let format = fields.choice(
        "source", from: Catalogues.sources, meaning: "format and place of the images")
    else {
      throw IncompleteFields()
    }
    self.format = format
    folder = format.rawFolder(fields)
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    try format.source(folder, workers: ForkJoin(workers: context.workers)).outlineWithClasses()
  }

  func run(_ context: StageContext) throws {
    let source = try format.source(folder, workers: ForkJoin(workers: context.workers))
    for note in source.notes { context.warn(note) }
    let notes = try ImageArchive.write(
      source, name: format.name, to: context.outputPath("images")
    ) { done, total in
      try context.checkCancellation()
      context.progress(completed: done, total: total, unit: "images")
    }
    for note in notes { context.warn(note) }
    let archive = try ImageArchive(context.outputPath("images"))
    let counts = archive.counts.sorted { $0.key > $1.key }.map { "\($0.value) \($0.key)" }
    context.note(
      "\(counts.joined(separator: ", ")) images of \(archive.shape)\(ClassWords.count(archive))")
    for line in try ClassWords.differences(archive) { context.warn(line) }
  }
}

/// The fingerprint covers what a format asks for.
extension StageFields: RawFileFinder {}
