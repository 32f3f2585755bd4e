/// The classes of images: an index from 0 for each distinct label that they have, all parts of a source
/// together, in the order of the labels.
///
/// Labels from 100 to 109 are ten classes with the names 100 to 109, whatever numbers a file leaves out. What a
/// source names (folders, CIFAR-10) is called so, any other label by its number.
package struct ClassNumbering: Equatable, Sendable {
  /// Of class 0, 1, ...
  package let names: [String]
  /// The label of each class, ascending.
  private let labels: [Int32]

  /// - Parameters:
  ///   - parts: the labels of each part; nil for one without.
  ///   - names: of the labels 0, 1, ...; of labels beyond them there is none.
  package init(labels parts: [[Int32]?], names: [String] = []) {
    labels = parts.reduce(into: Set<Int32>()) { $0.formUnion($1 ?? []) }.sorted()
    self.names = labels.map { label in
      names.indices.contains(Int(label)) ? names[Int(label)] : String(label)
    }
  }

  /// Reads the labels of every part. Throws as the source's readers.
  package init(of source: some ImageSource) throws {
    self.init(
      labels: try source.partNames.map { try source.reader($0).labels() },
      names: source.classNames)
  }

  /// The class of each label; of these labels alone.
  package func classes(of own: [Int32]) -> [Int32] {
    let numbers = Dictionary(uniqueKeysWithValues: zip(labels, Int32(0)...))
    return own.map { label in
      guard let number = numbers[label] else { preconditionFailure("label \(label) was not seen") }
      return number
    }
  }
}

extension ImageSource {
  /// `outline()` with the number of classes, for which labels are read. Throws as the readers.
  package func outlineWithClasses() throws -> ImageOutline? {
    guard let outline = try outline() else { return nil }
    return ImageOutline(
      shape: outline.shape, counts: outline.counts,
      classes: try ClassNumbering(of: self).names.count)
  }
}
