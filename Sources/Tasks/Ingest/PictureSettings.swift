import Configuration
import Datasets
import Files
import Images
import Numerics
import Workflow

/// A folder of PNG files: any pictures, of which `channels`, `sizes`, `size` and `background` make images
/// of one shape.
struct PNGFolderSettings: SourceSettings {
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

  func rawFolder(_ fields: StageFields) -> RawFolder {
    let list = split.list.map { [$0] } ?? []
    let folder = fields.rawFolder(
      named: dataset, suffixes: [PNGFolderSource.suffix], links: reading.links, besides: list)
    // What is recorded of them in the result is part of the fingerprint.
    if let left = folder.account?.withoutHidden.leftOutWords, !left.isEmpty {
      fields.fields.record("(left out)", .string(left))
    }
    guard !list.isEmpty else { return folder }
    let files = fields.rawFolder(named: dataset, files: list).files
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

/// What `test:` says: `{last: N}`, `{fraction: F, seed: S}`, and of folders `{folder: test, train: train}`
/// or `{list: FILE}`, a file of the data set with a relative path a line.
struct SplitSettings: Sendable {
  private enum Rule: Sendable {
    case chosen(TestChoice)
    case folder(test: String, train: String)
    case list(String)
  }

  private let rule: Rule
  /// Whether anything was said.
  let isGiven: Bool

  init(fields: Fields, ofFolder: Bool) {
    guard
      let test = fields.nested(
        "test", meaning: "which pictures are test images; none where it is not written")
    else {
      rule = .chosen(.none)
      isGiven = false
      return
    }
    isGiven = true
    let words = ["last", "fraction"] + (ofFolder ? ["folder", "list"] : [])
    let given = words.filter(test.has)
    if given.count != 1 {
      fields.complain("test", "expected one of \(words.joined(separator: ", "))")
    }
    switch given.first {
    case "fraction":
      rule = .chosen(
        .fraction(
          test.double("fraction", in: 0...1, meaning: "share of the pictures, chosen by seed"),
          seed: UInt64(test.int("seed", default: 1, in: 0...Int.max, meaning: "seed of the choice"))
        ))
    case "folder":
      rule = .folder(
        test: test.string("folder", meaning: "folder of the test pictures"),
        train: test.string("train", default: "train", meaning: "folder of the training pictures"))
    case "list":
      rule = .list(test.string("list", meaning: "file that lists the test pictures, a path a line"))
    default:
      rule = .chosen(
        .last(test.int("last", in: 0...Int(Int32.max), meaning: "pictures at the end of the order"))
      )
    }
  }

  /// The list file's name in the data set.
  var list: String? { if case .list(let name) = rule { name } else { nil } }

  var choice: TestChoice { if case .chosen(let choice) = rule { choice } else { .none } }

  /// - Parameter path: of a file of the data set.
  func ofFolder(path: (String) -> String) -> FolderSplit {
    switch rule {
    case .chosen(let choice): .chosen(choice)
    case .folder(let test, let train): .folder(test: test, train: train)
    case .list(let name): .list(path: path(name))
    }
  }
}

extension PicturePreparation {
  init(fields: Fields) {
    let channels = fields.word(
      "channels", of: Channels.allCases.map(\.rawValue), default: "auto",
      meaning: "channels of the images: as the pictures have them, or one of these")
    let sizes = fields.word(
      "sizes", of: SizePolicy.allCases.map(\.rawValue), default: "fail",
      meaning: "what happens to pictures of another size")
    let size =
      fields.has("size")
      ? fields.ints(
        "size", count: 2, in: 1...65_535, meaning: "height and width of the images, in pixels") : []
    if let excess = Self.excess(size) { fields.complain("size", excess) }
    let background = Self.background(fields)
    self.init(
      channels: Channels(rawValue: channels) ?? .auto, sizes: SizePolicy(rawValue: sizes) ?? .fail,
      size: size.count == 2 ? size : nil,
      background: background.map { UInt8(clamping: $0) })
    if self.sizes != .fail, self.size == nil, !fields.has("size") {
      fields.complain("sizes", "\(sizes) needs a size: say size: [height, width]")
    }
  }

  /// Red, green and blue, or the word for them: `black`, `white`.
  private static func background(_ fields: Fields) -> [Int] {
    if fields.hasScalar("background") {
      let level =
        fields.word(
          "background", of: ["black", "white"],
          meaning: "colour behind transparent pixels: a word, or red, green and blue") == "white"
        ? 255 : 0
      fields.record("background", .list(Array(repeating: .integer(level), count: 3)))
      return [level, level, level]
    }
    let levels = fields.ints(
      "background", default: [0, 0, 0], count: 3, in: 0...255,
      meaning: "colour behind transparent pixels: a word, or red, green and blue")
    return levels.count == 3 ? levels : [0, 0, 0]
  }
}
