/// What a field of a configuration may hold.
package indirect enum FieldType: Hashable, Sendable {
  case text
  case integer(ClosedRange<Int>?)
  case number(ClosedRange<Double>?)
  case boolean
  /// One of a closed set of words.
  case words([String])
  case list(FieldType, count: Int?)
  /// One entry of the catalogue of this name, as a bare word or as a mapping with `kind`.
  case choice(catalogue: String)
  /// A list of entries of a catalogue; one may stand without brackets.
  case choices(catalogue: String)
  case mapping([FieldDescription])
  /// A list of mappings.
  case mappings([FieldDescription])
  /// A mapping from names to numbers.
  case namedNumbers
  /// A mapping from names to values that another reader describes.
  case names
  /// A list of values that another reader describes.
  case values
  /// A reference to an artifact of this type, `STAGE` or `STAGE.OUTPUT`.
  case artifact(String)
  /// A list of such references; one may stand without brackets.
  case artifacts(String)
  /// A mapping from labels to such references.
  case labelledArtifacts(String)
}

/// Whether a field must be written.
package enum FieldPresence: Sendable {
  case required
  case optional
  /// Optional, and null is the same as not written.
  case nullable
}

/// A field as its reader asks for it: everything that a user needs to write it.
package struct FieldDescription: Hashable, Sendable {
  package let key: String
  /// More than one where a value may be written in several ways.
  package internal(set) var types: [FieldType]
  /// Nil where there is none: the field is required, or has no value where it is not written.
  package let fallback: ResolvedValue?
  /// Whether a mapping without the field is always refused.
  package let isRequired: Bool
  /// Whether null is the same as not written.
  package let isNullable: Bool
  /// What must be written for the field to be read, such as `value: iwae`; nil where it always is.
  package let condition: String?
  package let meaning: String
}

/// An entry of a catalogue: its word and all that may stand beside it.
package struct EntryDescription: Sendable {
  package let kind: String
  package let summary: String
  /// YAML: of a stage its name and its fields, of another entry the value behind a key.
  package let example: String
  package let fields: [FieldDescription]

  package init(kind: String, summary: String, example: String, fields: [FieldDescription]) {
    self.kind = kind
    self.summary = summary
    self.example = example
    self.fields = fields
  }
}

/// A catalogue with everything that its entries say of themselves.
package struct CatalogueDescription: Sendable {
  package let name: String
  package let entries: [EntryDescription]

  package init(name: String, entries: [EntryDescription]) {
    self.name = name
    self.entries = entries
  }
}

extension FieldType {
  /// The type as a message or a reference page names it: `an integer from 1 to 16`.
  package var expectation: String {
    switch self {
    case .text: "a text"
    case .integer(let range): Scalar.name("an integer", range)
    case .number(let range): Scalar.name("a number", range)
    case .boolean: "true or false"
    case .words(let words): Scalar.oneOf(words)
    case .list(let element, let count):
      "a list\(count.map { " of \($0)" } ?? ""), each \(element.expectation)"
    case .choice(let catalogue): "one of the \(catalogue)"
    case .choices(let catalogue): "a list of \(catalogue)"
    case .mapping: "a mapping"
    case .mappings: "a list of mappings"
    case .namedNumbers: "a mapping of names to numbers"
    case .names: "a mapping of names"
    case .values: "a list"
    case .artifact(let type): "an artifact of type \(type)"
    case .artifacts(let type): "a list of artifacts of type \(type)"
    case .labelledArtifacts(let type): "a mapping of labels to artifacts of type \(type)"
    }
  }

  /// The fields of a mapping, or of each mapping of a list; none of another type.
  package var fields: [FieldDescription] {
    switch self {
    case .mapping(let fields), .mappings(let fields): fields
    default: []
    }
  }
}
