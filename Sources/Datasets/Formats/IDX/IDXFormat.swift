import Configuration
import Files
import Numerics

/// MNIST and its relatives, by the names that `IDXNames` knows, and any other IDX files of images and labels by name, for
/// training and test; with `test: {last: N}` or `{fraction: F}` the test part is one of the training file's. Without any
/// training file it is the test images alone.
struct IDXFormat: ImageFormat {
  static let word = "idx"
  static let summary = "IDX files, plain or gzip, by name (default: as MNIST's or a relative's)"
  static let example = "{kind: idx, dataset: mnist-5k}"
  static let given = "IDX files (one, or a folder with files named as MNIST's or a relative's)"
  static let givenLabels: String? = "an IDX file"

  /// A folder with files by the names that `IDXNames` knows, and any file.
  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    if path.isFolder {
      let folder = path.path
      guard let names = try IDXNames(among: DurableFile.names(in: folder), in: folder) else {
        return nil
      }
      return RecognisedImages("folders of IDX files", obeying: SourceOption.ofTestChoice) { _, _ in
        IDXSource(names) { joinPath(folder, $0) }
      }
    }
    return RecognisedImages("IDX files", obeying: SourceOption.ofTestChoice.union([.labels])) {
      options, _ in
      IDXSource(trainImages: path.path, trainLabels: options.labels)
    }
  }

  static func labels(at path: GivenPath, of images: UnlabelledImages) throws -> [Int32]? {
    let labels = try IDXFile.labels(path.path)
    try IDXFile.requireSameCount(labels, asImages: images.count, of: images.path)
    return labels.labels
  }

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
  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    let files: Files
    do {
      files = try self.files(among: finder.fileNames(of: dataset))
    } catch {
      finder.fields.complain("dataset", "\(error)")
      return RawFolder(path: dataset, files: [])
    }
    return finder.rawFolder(named: dataset, files: files.all)
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
