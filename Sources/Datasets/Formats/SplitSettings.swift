import Configuration

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
        "test", meaning: "which images are test images; none where it is not written")
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
          test.double("fraction", in: 0...1, meaning: "share of the images, chosen by seed"),
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
        .last(test.int("last", in: 0...Int(Int32.max), meaning: "images at the end of the order")))
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
