import Configuration

/// A stage's `only: {seed: 1, images: [100, 300]}`: the values it runs with.
struct StageRestriction {
  struct Entry {
    let axis: String
    let position: SourcePosition
    /// Empty after a mistake, which restricts nothing.
    let values: Set<String>
  }

  let entries: [Entry]

  /// Nil restricts nothing.
  init(
    _ written: Document.Value?, stage: String, _ axes: PipelineAxes, _ diagnostics: Diagnostics
  ) {
    guard let written else {
      entries = []
      return
    }
    let subject = "only of \(StageDraft.subject(stage))"
    guard case .mapping(let pairs) = written.content else {
      diagnostics.add(
        "expected a mapping of axes to values for \(subject), such as {seed: 1}, "
          + "found \(written.found)", at: written.position)
      entries = []
      return
    }
    entries = pairs.map { pair in
      guard let axis = axes.axis(pair.key) else {
        let suggestion = nearest(to: pair.key, among: axes.names)
        let known =
          axes.all.isEmpty
          ? "the pipeline has none" : "known: \(axes.names.joined(separator: ", "))"
        diagnostics.add(
          "unknown axis \(pair.key.quoted) in \(subject)"
            + (suggestion == nil ? " (\(known))" : ""),
          at: pair.keyPosition, suggestion: suggestion)
        return Entry(axis: pair.key, position: pair.keyPosition, values: [])
      }
      return Entry(
        axis: pair.key, position: pair.keyPosition,
        values: Self.values(pair.value, of: axis, subject, diagnostics))
    }
  }

  /// The values kept on an axis, or nil for all.
  subscript(axis: String) -> Set<String>? {
    entries.first { $0.axis == axis && !$0.values.isEmpty }?.values
  }

  private static func values(
    _ written: Document.Value, of axis: PipelineAxes.Axis, _ subject: String,
    _ diagnostics: Diagnostics
  ) -> Set<String> {
    var items = [written]
    if case .sequence(let list) = written.content { items = list }
    if items.isEmpty {
      diagnostics.add(
        "expected a value of axis \(axis.name.quoted) in \(subject), found an empty list",
        at: written.position)
    }
    let known = axis.values.map(\.text)
    if known.isEmpty { return [] }
    return Set(
      items.compactMap { item in
        if let text = item.text, known.contains(text) { return text }
        diagnostics.add(
          "\(item.found) is no value of axis \(axis.name.quoted), in \(subject) "
            + "(it has \(known.joined(separator: ", ")))", at: item.position)
        return nil
      })
  }
}
