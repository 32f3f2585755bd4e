import Configuration
import Files
import Numerics

/// A folder of PNG files: any pictures, of which `channels`, `sizes`, `size` and `background` make images
/// of one shape.
struct PNGFolderFormat: ImageFormat {
  static let word = "png-folder"
  static let summary = "PNGs of any kind below a folder, classes in subfolders"
  static let example =
    "{kind: png-folder, dataset: faces, test: {fraction: 0.2}, sizes: crop, size: [32, 32]}"
  static let given = "a folder of PNGs of any kind (subfolders are classes), or one PNG"

  private static let pictureOptions: Set<SourceOption> = [.sizes, .size, .background]
  private static let folderOptions = pictureOptions.union([
    .classes, .links, .leaveOut, .testFraction, .testLast, .testFolder, .testList,
  ])

  /// A file `*.png`, and any folder that no other format recognises.
  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    if path.isFolder {
      return RecognisedImages("folders of pictures", obeying: folderOptions, isAssumed: true) {
        options, workers in
        try PNGFolderSource(
          folder: path.path, reading: options.reading, split: options.test ?? .chosen(.none),
          classes: options.classes, preparation: options.preparation, workers: workers)
      }
    }
    guard path.array == nil, path.name.hasSuffix(PNGFolderSource.suffix) else { return nil }
    return RecognisedImages(
      "single pictures", obeying: pictureOptions.union(SourceOption.ofTestChoice)
    ) { options, workers in
      try PNGFolderSource(
        folder: parentFolder(path.path),
        names: [path.path.split(separator: "/").last.map(String.init) ?? path.path],
        classes: .none, preparation: options.preparation, workers: workers)
    }
  }

  let dataset: String
  let split: SplitSettings
  /// What subfolders say.
  let classes: FolderClasses
  let preparation: PicturePreparation
  let reading: FolderReading

  init(fields: Fields) {
    dataset = fields.dataset()
    split = SplitSettings(fields: fields, ofFolder: true)
    let hasLabels = fields.bool("labels", default: true, meaning: "whether folders are classes")
    let word = fields.word(
      "classes", of: FolderClasses.allCases.map(\.rawValue), default: "first",
      meaning: "which folder names the class: the first, or the whole path")
    classes = hasLabels ? FolderClasses(rawValue: word) ?? .first : .none
    preparation = PicturePreparation(fields: fields)
    let links = fields.word(
      "links", of: LinkPolicy.allCases.map(\.rawValue), default: LinkPolicy.inside.rawValue,
      meaning: "whether links may lead out of the folder")
    reading = FolderReading(
      links: LinkPolicy(rawValue: links) ?? .inside,
      leavesOut: fields.bool(
        "leaveOut", default: false,
        meaning: "whether files that cannot be read are left out, with a note"))
  }

  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    let list = split.list.map { [$0] } ?? []
    let folder = finder.rawFolder(
      named: dataset, suffixes: [PNGFolderSource.suffix], links: reading.links, besides: list)
    // What is recorded of them in the result is part of the fingerprint.
    if let left = folder.account?.withoutHidden.leftOutWords, !left.isEmpty {
      finder.fields.record("(left out)", .string(left))
    }
    guard !list.isEmpty else { return folder }
    let files = finder.rawFolder(named: dataset, files: list).files
    return RawFolder(path: folder.path, files: folder.files + files, account: folder.account)
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    guard var account = folder.account else { preconditionFailure("a whole folder") }
    account.recordsHidden = false
    try reading.requireEnough(of: account)
    return try PNGFolderSource(
      account, split: split.ofFolder { folder.path(of: $0) }, classes: classes,
      preparation: preparation,
      workers: workers)
  }
}
