import Configuration
import Files

/// Which pictures of a folder are the test part.
package enum FolderSplit: Hashable, Sendable {
  case chosen(TestChoice)
  /// Those of one top folder; those of another are the training part, and there are no others.
  case folder(test: String, train: String)
  /// Those that a text file names, a relative path a line; the others are the training part.
  case list(path: String)
}

/// The meaning of the subfolders of a folder of pictures.
package enum FolderClasses: String, CaseIterable, Sendable {
  /// Nothing.
  case none
  /// The class is the first folder; those below it are of the same class.
  case first
  /// The class is the whole relative folder.
  case path
}

/// Pictures of a folder by part, with their classes.
struct FolderParts: Sendable {
  private(set) var train: [String] = []
  private(set) var test: [String] = []
  /// In natural order; empty without classes.
  private(set) var classNames: [String] = []
  /// What looks wrong with the classes; nil for nothing.
  private(set) var remark: String?
  private let classes: FolderClasses
  /// Folders before that of the class: 1 where the top folders are the parts.
  private let depth: Int

  /// - Parameter names: relative paths, in order.
  /// - Throws: `DatasetFault`: pictures in no part, or beside class folders (65), a list that names what is
  ///   not there (65), or no training picture left (78); `FileFault` for the list.
  init(
    folder: String, names: [String], split: FolderSplit, classes: FolderClasses
  ) throws {
    self.classes = classes
    switch split {
    case .chosen(let choice):
      depth = 0
      let chosen = Set(try choice.images(of: names.count))
      for (number, name) in names.enumerated() {
        if chosen.contains(number) { test.append(name) } else { train.append(name) }
      }
    case .list(let path):
      depth = 0
      let listed = try Self.listed(path, in: Set(names), folder: folder)
      train = names.filter { !listed.contains($0) }
      test = names.filter(listed.contains)
    case .folder(let testFolder, let trainFolder):
      depth = 1
      try divide(names, folder: folder, test: testFolder, train: trainFolder)
    }
    try findClasses(folder)
  }

  private mutating func divide(
    _ names: [String], folder: String, test: String, train: String
  ) throws {
    for name in names {
      switch String(name.prefix { $0 != "/" }) {
      case test where name != test: self.test.append(name)
      case train where name != train: self.train.append(name)
      default:
        throw DatasetFault.folder(
          path: joinPath(folder, name),
          reason:
            "expected every picture below \(train)/ or \(test)/, found one elsewhere; move it, "
            + "or name the two folders (test: {folder: ..., train: ...})")
      }
    }
    if self.test.isEmpty {
      throw DatasetFault.missing(folder: joinPath(folder, test), names: ["*.png"])
    }
  }

  private mutating func findClasses(_ folder: String) throws {
    let all = train + test
    let found = Set(all.map(className))
    if classes != .none, found.count > 1, found.contains(""),
      let bare = all.first(where: { className(of: $0).isEmpty })
    {
      throw DatasetFault.folder(
        path: joinPath(folder, bare),
        reason:
          "expected every image in the subfolder of its class, found one beside them; move it, "
          + "or read no classes (--classes none, in a pipeline labels: false)")
    }
    classNames =
      classes == .none || found == [""]
      ? [] : found.sorted(by: precedesNaturally)
    remark = classes == .first ? Self.remark(all, classNames, depth: depth) : nil
  }

  /// Why the classes may be meant to be those one folder deeper; nil without a sign of that.
  private static func remark(_ names: [String], _ classes: [String], depth: Int) -> String? {
    if depth == 0, classes.contains("train"), classes.contains("test") {
      return
        "the folders train and test are read as classes: if they are parts, say --test-folder test "
        + "(in a pipeline test: {folder: test})"
    }
    guard classes.count == 1 else { return nil }
    let below = Set(
      names.compactMap { $0.split(separator: "/").dropLast().dropFirst(depth + 1).first })
    guard below.count > 1 else { return nil }
    let few = below.map(String.init).sorted(by: precedesNaturally).prefix(3)
    return
      "all images are of one class, \(classes[0].debugDescription), whose folder holds \(below.count) "
      + "others (\(few.joined(separator: ", "))\(below.count > 3 ? ", ..." : "")): if those are the classes, "
      + "name the folder above them as the source, or say classes: path"
  }

  private func className(of name: String) -> String {
    let folders = name.split(separator: "/").dropLast().dropFirst(depth)
    switch classes {
    case .none: return ""
    case .first: return folders.first.map(String.init) ?? ""
    case .path: return folders.joined(separator: "/")
    }
  }

  /// The class of each picture of a list, by number; nil without classes.
  func labels(of names: [String]) -> [Int32]? {
    guard !classNames.isEmpty else { return nil }
    let numbers = Dictionary(uniqueKeysWithValues: zip(classNames, Int32(0)...))
    return names.map { numbers[className(of: $0)] ?? -1 }
  }

  /// The names of a list file, which are data: each has to be one of the folder's pictures.
  private static func listed(
    _ path: String, in names: Set<String>, folder: String
  ) throws -> Set<String> {
    let bytes = try FileBytes.read(path, limit: 1 << 28)
    var listed: Set<String> = []
    for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
    {
      let line = line.last == 13 ? line.dropLast() : line
      if line.isEmpty { continue }
      let name = String(decoding: line, as: UTF8.self)
      guard names.contains(name) else {
        throw DatasetFault.folder(
          path: path,
          reason: "line \(number + 1): expected the name of a picture below \(folder), found "
            + "\(name.debugDescription); correct the list")
      }
      listed.insert(name)
    }
    guard !listed.isEmpty else {
      throw DatasetFault.folder(
        path: path, reason: "expected names of test pictures, found none; write one a line")
    }
    return listed
  }
}
