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

/// MNIST and its relatives, and any other IDX files of images and labels by their names, for training
/// and test; with `test: {last: N}` or `{fraction: F}` the test part is one of the training file's.
struct IDXSettings: SourceSettings {
  let dataset: String
  let trainImages: String
  let trainLabels: String
  let testImages: String
  let testLabels: String
  let validationImages: String?
  let hasLabels: Bool
  /// Instead of test files.
  let split: SplitSettings

  init(fields: Fields) {
    dataset = fields.string("dataset")
    split = SplitSettings(fields: fields, ofFolder: false)
    validationImages = fields.optionalString("validationImages")
    trainImages = fields.string("trainImages", default: "train-images-idx3-ubyte")
    testImages =
      split.isGiven ? "" : fields.string("testImages", default: "t10k-images-idx3-ubyte")
    hasLabels = fields.bool("labels", default: true)
    if validationImages != nil, hasLabels {
      fields.complain("validationImages", "come without labels: say labels: false")
    }
    trainLabels =
      hasLabels ? fields.string("trainLabels", default: "train-labels-idx1-ubyte") : ""
    testLabels =
      hasLabels && !split.isGiven
      ? fields.string("testLabels", default: "t10k-labels-idx1-ubyte") : ""
  }

  /// Each may be there with `.gz` added.
  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(
      named: dataset,
      files: [trainImages, testImages, validationImages ?? "", trainLabels, testLabels].filter {
        !$0.isEmpty
      })
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    let source = IDXSource(
      trainImages: folder.path(of: trainImages),
      trainLabels: hasLabels ? folder.path(of: trainLabels) : nil,
      testImages: split.isGiven ? nil : folder.path(of: testImages),
      testLabels: hasLabels && !split.isGiven ? folder.path(of: testLabels) : nil,
      validationImages: hasLabels ? nil : validationImages.map(folder.path))
    return split.isGiven ? HeldOutSource(source, test: split.choice) : source
  }
}

/// Datasets of one HDF5 file, by their paths in it.
struct HDF5Settings: SourceSettings {
  let dataset: String
  let file: String
  let train: HDF5Source.Part
  let test: HDF5Source.Part?
  let split: SplitSettings

  init(fields: Fields) {
    dataset = fields.string("dataset")
    file = fields.string("file")
    train = HDF5Source.Part(
      images: fields.string("images", default: "/images"),
      labels: fields.optionalString("labels"))
    let testImages = fields.optionalString("testImages")
    let testLabels = fields.optionalString("testLabels")
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
    let source = try HDF5Source(path: folder.path(of: file), train: train, test: test)
    return test == nil ? HeldOutSource(source, test: split.choice) : source
  }
}

/// A folder of CIFAR-10's binary version.
struct CIFARSettings: SourceSettings {
  let dataset: String

  init(fields: Fields) { dataset = fields.string("dataset") }

  func rawFolder(_ fields: StageFields) -> RawFolder {
    fields.rawFolder(named: dataset, suffixes: [".bin", "batches.meta.txt"])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try CIFARSource(folder: folder.path)
  }
}
