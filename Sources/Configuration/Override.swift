/// One `--set path.to.key=value` of the command line.
package struct Override: Sendable {
  /// Names of mappings' keys and indices of lists, outermost first.
  package let path: [String]
  package let value: Document.Value

  package var position: SourcePosition { value.position }

  /// Reads `path.to.key=value`; the value is YAML in one line: `3`, `[4, 4]`, `{kind: idx}`.
  ///
  /// Throws: `ConfigurationFault` where there is no `=`, no path, or no YAML.
  package init(_ text: String) throws {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw ConfigurationFault("expected path.to.key=value", at: .override(text))
    }
    let name = String(text[..<equals])
    let position = SourcePosition.override(name)
    path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !path.contains("") else {
      throw ConfigurationFault("a part of the path is empty", at: position)
    }
    let written = String(text[text.index(after: equals)...])
    guard !written.allSatisfy(\.isWhitespace) else {
      value = Document.Value(.scalar("", isPlain: true), at: position)
      return
    }
    do {
      value = try Document(text: written, file: position.file).root.moved(to: position)
    } catch let fault as ConfigurationFault {
      let moved = fault.diagnostics.map { Diagnostic(position: position, message: $0.message) }
      throw ConfigurationFault(moved)
    }
  }
}

extension Document {
  /// A copy with the overrides applied in order.
  ///
  /// A new key may be set inside a mapping that is there (the reader decides whether it is known);
  /// a missing parent is a mistake. Throws: `ConfigurationFault` with all of them.
  package func applying(_ overrides: [Override]) throws -> Document {
    var document = self
    let diagnostics = Diagnostics()
    for override in overrides {
      if let complaint = document.root.set(override.path[...], to: override.value, above: []) {
        diagnostics.add(
          complaint.message, at: override.position, suggestion: complaint.suggestion)
      }
    }
    try diagnostics.throwIfAny()
    return document
  }
}

extension Document.Value {
  fileprivate typealias Complaint = (message: String, suggestion: String?)

  fileprivate mutating func set(
    _ path: ArraySlice<String>, to value: Document.Value, above: [String]
  ) -> Complaint? {
    guard let name = path.first else {
      self = value
      return nil
    }
    switch content {
    case .mapping(var entries):
      let complaint = Self.set(
        name, path.dropFirst(), in: &entries, to: value, above: above)
      content = .mapping(entries)
      return complaint
    case .sequence(var items):
      guard let index = Int(name), items.indices.contains(index) else {
        return ("\(name.quoted) is no index of a list of \(items.count) (from 0)", nil)
      }
      let complaint = items[index].set(path.dropFirst(), to: value, above: above + [name])
      content = .sequence(items)
      return complaint
    case .scalar:
      let parent = above.joined(separator: ".").quoted
      return ("\(parent) is \(found), not a mapping: it has no key \(name.quoted)", nil)
    }
  }

  private static func set(
    _ name: String, _ rest: ArraySlice<String>, in entries: inout [Document.Entry],
    to value: Document.Value, above: [String]
  ) -> Complaint? {
    if let index = entries.firstIndex(where: { $0.key == name }) {
      return entries[index].value.set(rest, to: value, above: above + [name])
    }
    guard rest.isEmpty else {
      let suggestion = nearest(to: name, among: entries.map(\.key))
      return ("there is no \((above + [name]).joined(separator: ".").quoted)", suggestion)
    }
    entries.append(Document.Entry(key: name, keyPosition: value.position, value: value))
    return nil
  }
}
