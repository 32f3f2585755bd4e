import Files

/// The files of MNIST or a relative among the names in a folder: `train-images-idx3-ubyte`,
/// `train-images.idx3-ubyte`, `emnist-letters-test-labels-idx1-ubyte`, `qmnist-test-labels-idx2-int`, each perhaps with
/// `.gz` added.
package struct IDXNames: Equatable, Sendable {
  package private(set) var trainImages: String?
  package private(set) var trainLabels: String?
  package private(set) var validationImages: String?
  package private(set) var testImages: String?
  package private(set) var testLabels: String?

  private static let images = ["images-idx3-ubyte", "images.idx3-ubyte"]
  private static let labels = ["labels-idx1-ubyte", "labels.idx1-ubyte", "labels-idx2-int"]

  /// Nil where there are no images. Throws `DatasetFault` (65) for the files of several data sets.
  package init?(among names: [String], in folder: String) throws {
    var sets: [String: IDXNames] = [:]
    // The plain file rather than the compressed one.
    for name in names.sorted(by: { ($0.count, $0) < ($1.count, $1) }) {
      guard let (set, place) = Self.place(of: name) else { continue }
      sets[set, default: IDXNames()].take(name, place)
    }
    let found = sets.filter { $0.value.trainImages != nil || $0.value.testImages != nil }
    guard found.count <= 1 else {
      let names = found.keys.sorted().map { $0.isEmpty ? "(no prefix)" : $0 }
      throw DatasetFault.folder(
        path: folder,
        reason: "expected the files of one data set, found those of "
          + "\(names.joined(separator: ", ")); give one file of images, or name the files "
          + "(trainImages: ..., testImages: ...)")
    }
    guard let own = found.first?.value else { return nil }
    self = own
  }

  private init() {}

  private mutating func take(_ name: String, _ place: WritableKeyPath<IDXNames, String?>) {
    if self[keyPath: place] == nil { self[keyPath: place] = name }
  }

  /// The data set's prefix, as `emnist-letters-`, and which of its files a name is.
  private static func place(
    of name: String
  ) -> (set: String, file: WritableKeyPath<IDXNames, String?>)? {
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    for (ends, areImages) in [(images, true), (labels, false)] {
      guard let end = ends.first(where: plain.hasSuffix) else { continue }
      let stem = plain.dropLast(end.count + 1)
      for (word, file) in parts(areImages) where stem.hasSuffix(word) {
        let set = stem.dropLast(word.count)
        guard set.isEmpty || "-_.".contains(set.suffix(1)) else { continue }
        return (String(set), file)
      }
    }
    return nil
  }

  private static func parts(
    _ areImages: Bool
  ) -> [(word: String, file: WritableKeyPath<IDXNames, String?>)] {
    areImages
      ? [
        ("train", \.trainImages), ("valid", \.validationImages), ("t10k", \.testImages),
        ("test", \.testImages),
      ]
      : [("train", \.trainLabels), ("t10k", \.testLabels), ("test", \.testLabels)]
  }
}
