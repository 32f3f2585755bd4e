import Configuration

/// The reference page of one entry of a catalogue: its fields with types, defaults and meanings, and an example.
package struct KindPage {
  private let catalogue: String
  private let entry: EntryDescription

  package init(_ entry: EntryDescription, of catalogue: CatalogueDescription) {
    self.catalogue = catalogue.name
    self.entry = entry
  }

  package var lines: [String] {
    var lines = ["\(entry.kind), one of the \(catalogue)", "  \(entry.summary)", ""]
    if entry.fields.isEmpty { lines.append("  It has no fields.") }
    lines += entry.fields.flatMap { Self.lines(of: $0, within: "") }
    lines += ["", "  Example:"]
    return lines + entry.example.split(separator: "\n").map { "    \($0)" }
  }

  private static func lines(of field: FieldDescription, within parent: String) -> [String] {
    let name = parent + field.key
    var facts = [field.typeWords]
    if field.isRequired { facts.append("required") }
    if let fallback = field.fallback { facts.append("default \(fallback.inYAML)") }
    if let condition = field.condition { facts.append("read where \(condition)") }
    return ["  \(name): \(facts.joined(separator: "; "))", "      \(field.meaning)"]
      + field.types.flatMap(\.fields).flatMap { lines(of: $0, within: "\(name).") }
  }
}

extension FieldDescription {
  /// All forms in which the field may be written.
  var typeWords: String { types.map(\.expectation).joined(separator: ", or ") }
}

extension ResolvedValue {
  /// The value as a pipeline writes it in one line.
  fileprivate var inYAML: String {
    switch self {
    case .string(let text): text
    case .list(let items): "[\(items.map(\.inYAML).joined(separator: ", "))]"
    default: canonicalText
    }
  }
}
