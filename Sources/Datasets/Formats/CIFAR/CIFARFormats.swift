import Configuration
import Files
import Numerics

/// A folder of the binary version of CIFAR-10, or one of its files.
struct CIFAR10Format: ImageFormat {
  static let word = "cifar10"
  static let summary = "CIFAR-10's binary version: data_batch_1.bin ..., test_batch.bin"
  static let example =
    "{kind: cifar10, dataset: cifar-10-batches-bin}"
  static let given = "the binary version of CIFAR-10 (a folder, or one .bin)"

  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    if try path.file("data_batch_1.bin") != nil {
      return RecognisedImages("folders of CIFAR-10", obeying: SourceOption.ofTestChoice) { _, _ in
        try CIFARSource(folder: path.path)
      }
    }
    // What size does not tell apart is a file of CIFAR-10.
    return try CIFARSource.isHundred(path) == false ? CIFARSource.recognised(file: path) : nil
  }

  let dataset: String

  init(fields: Fields) { dataset = fields.dataset() }

  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    CIFARSource.rawFolder(dataset, finder)
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try CIFARSource(folder: folder.path)
  }
}

/// A folder of the binary version of CIFAR-100 with its fine or coarse labels, or one of its files.
struct CIFAR100Format: ImageFormat {
  static let word = "cifar100"
  static let summary = "CIFAR-100's binary version: train.bin, test.bin"
  static let example =
    "{kind: cifar100, dataset: cifar-100-binary, labels: coarse}"
  static let given = "the binary version of CIFAR-100 (a folder, or one .bin)"
  static let givenLabels: String? = "of CIFAR-100 fine or coarse"

  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    if try path.file("train.bin") != nil {
      return RecognisedImages(
        "folders of CIFAR-100", obeying: SourceOption.ofTestChoice.union([.labels])
      ) { options, _ in
        try CIFARSource(folder: path.path, .hundred(options.labels))
      }
    }
    return try CIFARSource.isHundred(path) == true ? CIFARSource.recognised(file: path) : nil
  }

  let dataset: String
  private let version: CIFARSource.Version

  init(fields: Fields) {
    dataset = fields.dataset()
    version = .hundred(
      fields.word(
        "labels", of: ["fine", "coarse"], default: "fine",
        meaning: "which labels are kept: 100 fine or 20 coarse classes"))
  }

  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    CIFARSource.rawFolder(dataset, finder)
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try CIFARSource(folder: folder.path, version)
  }
}

extension CIFARSource {
  /// Whether a file `*.bin` is CIFAR-100's, by its size; nil for any other path. Throws `FileFault`.
  fileprivate static func isHundred(_ path: GivenPath) throws -> Bool? {
    guard !path.isFolder, path.array == nil, path.name.hasSuffix(".bin") else { return nil }
    return try Version.of(path.path, labels: nil) != .ten
  }

  fileprivate static func recognised(file path: GivenPath) -> RecognisedImages {
    RecognisedImages("files of CIFAR", obeying: SourceOption.ofTestChoice.union([.labels])) {
      options, _ in
      CIFARSource(file: path.path, try .of(path.path, labels: options.labels))
    }
  }

  fileprivate static func rawFolder(_ dataset: String, _ finder: some RawFileFinder) -> RawFolder {
    finder.rawFolder(
      named: dataset, suffixes: [".bin", "batches.meta.txt", "_label_names.txt"], links: .inside,
      besides: [])
  }
}
