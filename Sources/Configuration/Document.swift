/// A YAML document as a tree whose values keep their positions.
///
/// Scalars stay text: their reader decides the type (`no` is a name where a name is expected). Anchors, aliases, tags and block scalars are refused.
package struct Document: Sendable {
  package indirect enum Content: Sendable {
    /// `isPlain` distinguishes `null` from `"null"`.
    case scalar(String, isPlain: Bool)
    case sequence([Value])
    case mapping([Entry])
  }

  package struct Value: Sendable {
    package var content: Content
    package let position: SourcePosition

    package init(_ content: Content, at position: SourcePosition) {
      self.content = content
      self.position = position
    }
  }

  package struct Entry: Sendable {
    package let key: String
    package let keyPosition: SourcePosition
    package var value: Value

    package init(key: String, keyPosition: SourcePosition, value: Value) {
      self.key = key
      self.keyPosition = keyPosition
      self.value = value
    }
  }

  /// The file as the user named it.
  package let file: String
  package var root: Value

  package init(file: String, root: Value) {
    self.file = file
    self.root = root
  }
}

extension Document.Value {
  /// Whether nothing is written here: an empty value, `~` or `null`.
  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content {
      return ["", "~", "null", "Null", "NULL"].contains(text)
    }
    return false
  }

  /// The text of a scalar, plain or quoted; nil for null and for another value.
  package var text: String? { Scalar.text(self) }

  /// The integer of a plain scalar; nil for another value and outside the range.
  package func integer(in range: ClosedRange<Int>) -> Int? { Scalar.integer(self, in: range) }

  /// The value as a message names it.
  package var found: String {
    switch content {
    case .scalar where isNull: "nothing"
    case .scalar(let text, _):
      text.count > 60 ? "\(String(text.prefix(57)).printable.quoted)..." : text.quoted
    case .sequence(let items): "a list of \(items.count)"
    case .mapping: "a mapping"
    }
  }

  /// A copy that says it stands at `position`, all parts included.
  func moved(to position: SourcePosition) -> Document.Value {
    switch content {
    case .scalar:
      return Document.Value(content, at: position)
    case .sequence(let items):
      return Document.Value(.sequence(items.map { $0.moved(to: position) }), at: position)
    case .mapping(let entries):
      let moved = entries.map {
        Document.Entry(
          key: $0.key, keyPosition: position, value: $0.value.moved(to: position))
      }
      return Document.Value(.mapping(moved), at: position)
    }
  }
}
