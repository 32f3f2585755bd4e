import Configuration
import Datasets
import Files
import Numerics
import Workflow

/// MNIST and its relatives, by the names that `IDXNames` knows, and any other IDX files of images and labels by name, for
/// training and test; with `test: {last: N}` or `{fraction: F}` the test part is one of the training file's. Without any
/// training file it is the test images alone.
struct IDXSettings: SourceSettings {
  private static let usual = (
    trainImages: "train-images-idx3-ubyte", trainLabels: "train-labels-idx1-ubyte",
    testImages: "t10k-images-idx3-ubyte", testLabels: "t10k-labels-idx1-ubyte"
  )

  let dataset: String
  private let trainImages: String?
  private let trainLabels: String?
  private let testImages: String?
  private let testLabels: String?
  private let validationImages: String?
  private let hasLabels: Bool
  private let transposes: Bool
  /// Instead of test files.
  private let split: SplitSettings

  init(fields: Fields) {
    dataset = fields.dataset()
    split = SplitSettings(fields: fields, ofFolder: false)
    validationImages = fields.optionalString(
      "validationImages", meaning: "file of validation images, which have no labels")
    trainImages = fields.optionalString(
      "trainImages",
      meaning: "file of training images; MNIST's name or a relative's where it is not written")
    testImages =
      split.isGiven ? nil : fields.optionalString("testImages", meaning: "file of test images")
    hasLabels = fields.bool("labels", default: true, meaning: "whether there are label files")
    if validationImages != nil, hasLabels {
      fields.complain("validationImages", "come without labels: say labels: false")
    }
    trainLabels =
      hasLabels ? fields.optionalString("trainLabels", meaning: "file of training labels") : nil
    testLabels =
      hasLabels && !split.isGiven
      ? fields.optionalString("testLabels", meaning: "file of test labels") : nil
    transposes = fields.bool(
      "transpose", default: false, meaning: "whether rows and columns are exchanged")
  }

  /// Each may be there with `.gz` added.
  func rawFolder(_ fields: StageFields) -> RawFolder {
    let files: Files
    do {
      files = try self.files(among: fields.fileNames(of: dataset))
    } catch {
      fields.fields.complain("dataset", "\(error)")
      return RawFolder(path: dataset, files: [])
    }
    return fields.rawFolder(named: dataset, files: files.all)
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    let files = try files(among: folder.files.map(\.name))
    let source = IDXSource(
      trainImages: files.trainImages.map(folder.path),
      trainLabels: files.trainLabels.map(folder.path),
      testImages: files.testImages.map(folder.path), testLabels: files.testLabels.map(folder.path),
      validationImages: validationImages.map(folder.path))
    let whole: any ImageSource =
      split.isGiven ? HeldOutSource(source, test: split.choice) : source
    return transposes ? ChangedSource(whole, .transposed) : whole
  }

  private struct Files {
    var trainImages: String?
    var trainLabels: String?
    var testImages: String?
    var testLabels: String?
    var validationImages: String?

    var all: [String] {
      [trainImages, testImages, validationImages, trainLabels, testLabels].compactMap { $0 }
    }
  }

  /// What was named, else what is there, else the usual names: those are missed.
  private func files(among names: [String]) throws -> Files {
    let areNamed = trainImages != nil && (split.isGiven || testImages != nil)
    let found = areNamed ? nil : try IDXNames(among: names, in: dataset)
    let hasTraining =
      trainImages != nil || trainLabels != nil || split.isGiven || found?.trainImages != nil
      || hasLabels && found?.trainLabels != nil || found?.testImages == nil
    var files = Files(validationImages: validationImages)
    if hasTraining {
      files.trainImages = trainImages ?? found?.trainImages ?? Self.usual.trainImages
      if hasLabels {
        files.trainLabels = trainLabels ?? found?.trainLabels ?? Self.usual.trainLabels
      }
    }
    if !split.isGiven {
      files.testImages = testImages ?? found?.testImages ?? Self.usual.testImages
      if hasLabels { files.testLabels = testLabels ?? found?.testLabels ?? Self.usual.testLabels }
    }
    return files
  }
}
