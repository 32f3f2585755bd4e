import Datasets

/// What is told of the classes of images.
enum ClassWords {
  /// `, 2 classes (cat, dog)`; of many the first few; empty without labels.
  static func count(_ archive: ImageArchive) -> String {
    let names = archive.classNames
    guard !names.isEmpty else { return "" }
    return ", \(names.count) class\(names.count == 1 ? "" : "es") (\(few(names)))"
  }

  /// Classes that a part has no image of, a line a part.
  static func differences(_ archive: ImageArchive) throws -> [String] {
    try archive.classesWithoutImages().map { part, names in
      "\(names.count) of \(archive.classNames.count) classes have no \(part) image: \(few(names)); the "
        + "classes are those of all parts together"
    }
  }

  /// The first names of a list, and whether there are more.
  static func few(_ names: [String]) -> String {
    names.prefix(10).map(\.printable).joined(separator: ", ") + (names.count > 10 ? ", ..." : "")
  }
}
