import Configuration
import Datasets
import Kernels
import Workflow

/// What a pipeline says of a source of images: which raw files it needs, and how they are read.
protocol SourceSettings: Sendable {
  /// The data set's name below `Data/` or `$TESSERA_DATA`.
  var dataset: String { get }

  /// Asks for the raw files, which are part of the stage's fingerprint from then on.
  func rawFolder(_ fields: StageFields) -> RawFolder

  /// - Throws: a `Fault` naming file and position.
  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource
}

/// MNIST and its relatives: IDX files of images and labels, for training and test.
struct IDXSettings: SourceSettings {
  let dataset: String
  let trainImages: String
  let trainLabels: String
  let testImages: String
  let testLabels: String
  let validationImages: String?
  let hasLabels: Bool

  init(fields: Fields) {
    dataset = fields.string("dataset")
    validationImages = fields.optionalString("validationImages")
    trainImages = fields.string("trainImages", default: "train-images-idx3-ubyte")
    testImages = fields.string("testImages", default: "t10k-images-idx3-ubyte")
    hasLabels = fields.bool("labels", default: true)
    if validationImages != nil, hasLabels {
      fields.complain("validationImages", "come without labels: say labels: false")
    }
    trainLabels =
      hasLabels ? fields.string("trainLabels", default: "train-labels-idx1-ubyte") : ""
    testLabels = hasLabels ? fields.string("testLabels", default: "t10k-labels-idx1-ubyte") : ""
  }

  /// Each may be there with `.gz` added.
  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(
      named: dataset,
      files: [trainImages, testImages] + (validationImages.map { [$0] } ?? [])
        + (hasLabels ? [trainLabels, testLabels] : []))
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    IDXSource(
      trainImages: folder.path(of: trainImages),
      trainLabels: hasLabels ? folder.path(of: trainLabels) : nil,
      testImages: folder.path(of: testImages),
      testLabels: hasLabels ? folder.path(of: testLabels) : nil,
      validationImages: hasLabels ? nil : validationImages.map(folder.path))
  }
}

/// A folder of PNG files: any pictures that are grey and of one size.
struct PNGFolderSettings: SourceSettings {
  let dataset: String
  /// So many of the last images, in order, are the test part.
  let testCount: Int
  /// Whether subfolders are classes.
  let hasLabels: Bool

  init(fields: Fields) {
    dataset = fields.string("dataset")
    testCount = fields.nested("test")?.int("last", in: 0...Int(Int32.max)) ?? 0
    hasLabels = fields.bool("labels", default: true)
  }

  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(named: dataset, suffixes: [PNGFolderSource.suffix])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try PNGFolderSource(
      folder: folder.path, names: folder.files.map(\.name), testCount: testCount,
      hasLabels: hasLabels, workers: workers)
  }
}
