import Configuration

/// `$images` in a stage's fields: a plain scalar that stands for the value of an axis. The same
/// text in quotes is text.
struct AxisReference {
  let name: String
  let position: SourcePosition

  init?(_ value: Document.Value) {
    guard case .scalar(let text, isPlain: true) = value.content, text.hasPrefix("$") else {
      return nil
    }
    name = String(text.dropFirst())
    position = value.position
    guard !name.isEmpty, name.unicodeScalars.allSatisfy(isNameScalar) else { return nil }
  }
}

extension Document.Value {
  /// Every reference to an axis, at any depth.
  var axisReferences: [AxisReference] {
    switch content {
    case .scalar: AxisReference(self).map { [$0] } ?? []
    case .sequence(let items): items.flatMap(\.axisReferences)
    case .mapping(let entries): entries.flatMap(\.value.axisReferences)
    }
  }

  /// A copy with the references replaced for which there is a value.
  func replacing(_ value: (AxisReference) -> Document.Value?) -> Document.Value {
    var copy = self
    switch content {
    case .scalar: return AxisReference(self).flatMap(value) ?? self
    case .sequence(let items): copy.content = .sequence(items.map { $0.replacing(value) })
    case .mapping(let entries):
      copy.content = .mapping(
        entries.map {
          var entry = $0
          entry.value = $0.value.replacing(value)
          return entry
        })
    }
    return copy
  }
}
