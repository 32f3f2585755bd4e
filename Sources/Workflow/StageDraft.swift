import Configuration

/// A stage as the pipeline writes it, before its variants are known.
struct StageDraft {
  /// The key that restricts a stage to some variants; no stage reads it.
  static let restrictionKey = "only"

  let name: String
  /// Of the stage's name.
  let position: SourcePosition
  /// Nil for an unknown kind: that mistake is reported once, here.
  let type: (any Stage.Type)?
  /// The fields, `only` left out.
  let body: Document.Value
  let restriction: StageRestriction
  /// The axes that the fields name.
  let axes: Set<String>
  /// Where the fields name an axis that there is not, or that has no value after a mistake.
  let unknownReferences: Set<SourcePosition>

  init(
    _ entry: Document.Entry, axes: PipelineAxes, catalogue: StageCatalogue,
    _ diagnostics: Diagnostics
  ) {
    name = entry.key
    position = entry.keyPosition
    checkName(entry.key, of: "a stage", at: entry.keyPosition, diagnostics)
    var body = entry.value
    var only: Document.Value?
    var swept: [Document.Value] = []
    if case .mapping(var entries) = body.content {
      only = entries.first { $0.key == Self.restrictionKey }?.value
      entries.removeAll { $0.key == Self.restrictionKey }
      body.content = .mapping(entries)
      // What a stage is, is no value: outputs and inputs hang on it.
      swept = entries.filter { $0.key != "kind" }.map(\.value)
    }
    self.body = body
    let references = swept.flatMap(\.axisReferences)
    let known = Set(axes.names + [Variant.seedAxis])
    let unknown = references.filter { !known.contains($0.name) }
    for reference in unknown { Self.complain(of: reference, name, axes, diagnostics) }
    let empty = references.filter { axes.axis($0.name)?.values.isEmpty ?? false }
    unknownReferences = Set((unknown + empty).map(\.position))
    self.axes = Set(references.map(\.name)).intersection(axes.names)
    let fields = Fields(body, subject: Self.subject(entry.key), diagnostics: diagnostics)
    type = Self.type(of: fields, in: catalogue)
    restriction = StageRestriction(only, stage: entry.key, axes, diagnostics)
  }

  static func subject(_ name: String) -> String { "stage \(name.quoted)" }

  private static func complain(
    of reference: AxisReference, _ stage: String, _ axes: PipelineAxes, _ diagnostics: Diagnostics
  ) {
    let suggestion = nearest(to: reference.name, among: axes.names).map { "$\($0)" }
    let known =
      axes.all.isEmpty
      ? "the pipeline has no sweep"
      : "known: \(axes.names.map { "$\($0)" }.joined(separator: ", "))"
    diagnostics.add(
      "unknown axis \("$\(reference.name)".quoted) in \(subject(stage))"
        + (suggestion == nil ? " (\(known); quote it if it is a text)" : ""),
      at: reference.position, suggestion: suggestion)
  }

  private static func type(of fields: Fields, in catalogue: StageCatalogue) -> (any Stage.Type)? {
    let kind = fields.string("kind")
    guard !kind.isEmpty else { return nil }
    if let type = catalogue.type(of: kind) { return type }
    let known = catalogue.kinds.map(\.kind)
    let suggestion = nearest(to: kind, among: known)
    let vocabulary = suggestion == nil ? " (known: \(known.joined(separator: ", ")))" : ""
    fields.diagnostics.add(
      "unknown kind \(kind.quoted) of \(fields.subject)\(vocabulary)",
      at: fields.position(of: "kind"), suggestion: suggestion)
    return nil
  }
}
