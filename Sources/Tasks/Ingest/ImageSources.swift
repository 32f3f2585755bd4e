import Configuration
import Datasets
import Numerics
import Workflow

/// What a pipeline says of a source of images: which raw files it needs, and how they are read.
protocol SourceSettings: Sendable {
  /// The data set's name below `Data/` or `$TESSERA_DATA`, or its path.
  var dataset: String { get }

  /// Asks for the raw files, which are part of the stage's fingerprint from then on.
  func rawFolder(_ fields: StageFields) -> RawFolder

  /// - Throws: a `Fault` naming file and position.
  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource
}

extension SourceSettings {
  /// The data set's name, for people.
  var name: String {
    let last = dataset.split(separator: "/").last.map(String.init) ?? dataset
    return DatasetLookup.isPath(dataset) ? last : dataset
  }
}

/// Datasets of one HDF5 file, by their paths in it.
struct HDF5Settings: SourceSettings {
  let dataset: String
  let file: String
  let train: HDF5Source.Part
  let test: HDF5Source.Part?
  let split: SplitSettings
  let axes: ImageAxes?
  let transposes: Bool

  init(fields: Fields) {
    dataset = fields.dataset()
    let words =
      fields.has("axes")
      ? fields.strings(
        "axes", meaning: "names of the array's axes in order: image, row, column, channel") : nil
    axes = words.flatMap(ImageAxes.init)
    if words != nil, axes == nil { fields.complain("axes", "expected \(ImageAxes.expectation)") }
    transposes = fields.bool(
      "transpose", default: false, meaning: "whether rows and columns are exchanged")
    file = fields.string("file", meaning: "name of the file")
    train = HDF5Source.Part(
      images: fields.string("images", default: "/images", meaning: "dataset of training images"),
      labels: fields.optionalString("labels", meaning: "dataset of training labels"))
    let testImages = fields.optionalString("testImages", meaning: "dataset of test images")
    let testLabels = fields.optionalString("testLabels", meaning: "dataset of test labels")
    split = SplitSettings(fields: fields, ofFolder: false)
    test = testImages.map { HDF5Source.Part(images: $0, labels: testLabels) }
    if testImages != nil, split.isGiven {
      fields.complain("testImages", "stands beside test: say one of them")
    }
    if testLabels != nil, testImages == nil {
      fields.complain("testLabels", "needs testImages")
    }
  }

  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(named: dataset, files: [file])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    let source = try HDF5Source(
      path: folder.path(of: file), train: train, test: test, axes: axes)
    let whole: any ImageSource =
      test == nil ? HeldOutSource(source, test: split.choice) : source
    return transposes ? ChangedSource(whole, .transposed) : whole
  }
}

/// A folder of the binary version of CIFAR-10, or of CIFAR-100 with its fine or coarse labels.
struct CIFARSettings: SourceSettings {
  let dataset: String
  let version: CIFARSource.Version

  init(tenOf fields: Fields) {
    dataset = fields.dataset()
    version = .ten
  }

  init(hundredOf fields: Fields) {
    dataset = fields.dataset()
    version = .hundred(
      fields.word(
        "labels", of: ["fine", "coarse"], default: "fine",
        meaning: "which labels are kept: 100 fine or 20 coarse classes"))
  }

  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(
      named: dataset, suffixes: [".bin", "batches.meta.txt", "_label_names.txt"])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try CIFARSource(folder: folder.path, version)
  }
}

/// An archive that `tessera ingest` or a stage *ingest* wrote.
struct ArchiveSettings: SourceSettings {
  let dataset: String
  let file: String

  init(fields: Fields) {
    dataset = fields.dataset()
    file = fields.string("file", default: "images.h5", meaning: "name of the archive's file")
  }

  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(named: dataset, files: [file])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try ArchiveSource(folder.path(of: file))
  }
}

/// A folder of shards, of which `tessera ingest` or a stage *shards* wrote the manifest.
struct ShardsSettings: SourceSettings {
  let dataset: String

  init(fields: Fields) { dataset = fields.dataset() }

  /// The manifest has the hash of every shard.
  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(named: dataset, files: [ShardManifest.fileName])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try ShardsSource(folder: folder.path)
  }
}

extension Fields {
  /// A data set by its name below `Data/`, or by its path, of which only the last part counts: a folder that is moved
  /// is the same.
  func dataset() -> String {
    let dataset = location(
      "dataset",
      meaning: "folder of the files: a name below Data or $TESSERA_DATA, or a path (/..., ./...)")
    let name = dataset.split(separator: "/").last.map(String.init) ?? dataset
    record("dataset", .string(DatasetLookup.isPath(dataset) ? name : dataset))
    return dataset
  }
}
