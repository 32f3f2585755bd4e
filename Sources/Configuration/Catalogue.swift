/// A catalogue of any values, for what walks all of them.
package protocol DescribedCatalogue: Sendable {
  /// Everything that the entries say of themselves, fields included.
  var description: CatalogueDescription { get }
  /// Reads an entry at a key, as a field of a stage is read; mistakes are recorded.
  func read(_ key: String, of fields: Fields)
}

/// A type that is one kind of a catalogue, and tells so in its own file.
package protocol CatalogueKind {
  /// The word in a pipeline.
  static var kind: String { get }
  /// One line for `tessera kinds`.
  static var summary: String { get }
  /// The YAML of a value of this kind: the bare word where there is nothing to write beside it.
  static var example: String { get }
}

/// A set of kinds: the words that a key may have, and how each value is made from its fields.
///
/// In YAML a kind is a bare word, `structure: poon-domingos`, or a mapping with more fields,
/// `structure: {kind: poon-domingos, steps: [4, 1]}`. A new kind is one more entry.
package struct Catalogue<Value>: DescribedCatalogue {
  package struct Entry: Sendable {
    package let kind: String
    /// One line for `tessera kinds`.
    package let summary: String
    /// The YAML of a value of this kind.
    package let example: String
    package let make: @Sendable (Fields) throws -> Value

    /// - Parameter example: the bare word where there is nothing to write beside it.
    package init(
      _ kind: String, _ summary: String, example: String? = nil,
      make: @escaping @Sendable (Fields) throws -> Value
    ) {
      self.kind = kind
      self.summary = summary
      self.example = example ?? kind
      self.make = make
    }

    /// The entry of a type that describes itself.
    package init(
      _ type: any CatalogueKind.Type, make: @escaping @Sendable (Fields) throws -> Value
    ) {
      self.init(type.kind, type.summary, example: type.example, make: make)
    }
  }

  /// What the entries are, in the plural: `leaves`.
  package let name: String
  package let entries: [Entry]

  /// A catalogue; its kinds must differ.
  package init(_ name: String, _ entries: [Entry]) {
    self.name = name
    precondition(Set(entries.map(\.kind)).count == entries.count, "a kind is listed twice")
    self.entries = entries
  }

  /// The vocabulary, in the catalogue's order.
  package var kinds: [(kind: String, summary: String)] {
    entries.map { ($0.kind, $0.summary) }
  }

  package func read(_ key: String, of fields: Fields) { _ = fields.choice(key, from: self) }

  package var description: CatalogueDescription {
    CatalogueDescription(
      name: name,
      entries: entries.map { entry in
        EntryDescription(
          kind: entry.kind, summary: entry.summary, example: entry.example,
          fields: FieldExploration.describe { _ = try entry.make($0) })
      })
  }

  /// What stands in a message where a kind is expected.
  var expectation: String { Scalar.oneOf(entries.map(\.kind)) }

  /// The entry that a value names; nil after a recorded mistake.
  func entry(for value: Document.Value, reader: Fields) -> Entry? {
    var kind: String?
    var place = value.position
    switch value.content {
    case .scalar: kind = Scalar.text(value)
    case .mapping:
      kind = reader.string("kind")
      guard reader.has("kind") else { return nil }
      place = reader.position(of: "kind")
    case .sequence: return nil
    }
    if let entry = entries.first(where: { $0.kind == kind }) {
      // A bare word and a mapping with the same kind resolve to the same value.
      reader.record("kind", .string(entry.kind))
      return entry
    }
    let name = kind.map(\.quoted) ?? "nothing"
    reader.diagnostics.add(
      "unknown kind \(name) for \(reader.subject): expected \(expectation)", at: place,
      suggestion: kind.flatMap { nearest(to: $0, among: entries.map(\.kind)) })
    return nil
  }
}
