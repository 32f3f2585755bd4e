import Configuration

/// One stage of a pipeline, configured and checked.
package struct ConfiguredStage: Sendable {
  package let name: String
  package let type: any Stage.Type
  package let stage: any Stage
  /// Every field but inputs and raw files, defaults filled in.
  package let resolved: ResolvedValue
  package let inputs: [InputReference]
  package let rawFiles: [RawFile]

  package var kind: String { type.kind }
}

/// A pipeline without mistakes: its stages in an order in which they can run.
package struct Pipeline: Sendable {
  /// The program's format version: raised when old cached results must not be used any more.
  package static let formatVersion = 1

  package let name: String
  package let seed: Int
  /// A topological order; among stages that are ready, the file's order.
  package let stages: [ConfiguredStage]

  /// Reads a pipeline's YAML file.
  ///
  /// Throws: `ConfigurationFault` (78) with all mistakes at once; `MissingData` (66) if the pipeline
  /// is right but raw files are not there; `OddRawFile` (65); `UnreadableFile` (66).
  package init(
    path: String, overrides: [Override] = [], catalogue: StageCatalogue, data: DatasetLookup
  ) throws {
    let document = try Document(path: path).applying(overrides)
    try self.init(document, catalogue: catalogue, data: data)
  }

  package init(_ document: Document, catalogue: StageCatalogue, data: DatasetLookup) throws {
    let diagnostics = Diagnostics()
    let fields = Fields(document, subject: "the pipeline", diagnostics: diagnostics)
    name = Self.name("name", in: fields)
    seed = fields.int("seed", default: 1, in: 0...Int.max)
    let written = fields.named("stages", each: "stage")
    if written.isEmpty, fields.has("stages") { fields.complain("stages", "no stage is given") }
    fields.finish()

    let types = written.map { Self.type(of: $0.fields, in: catalogue) }
    let resolver = ReferenceResolver(
      stages: Dictionary(uniqueKeysWithValues: zip(written.map(\.name), types)),
      order: written.map(\.name))
    var faults: [any Fault] = []
    var configured: [ConfiguredStage] = []
    for (entry, type) in zip(written, types) {
      Self.checkName(entry.name, of: "stage", at: entry.position, diagnostics)
      guard let type else { continue }
      let stageFields = StageFields(
        entry.fields, name: entry.name, pipeline: name, pipelineSeed: seed, data: data,
        resolver: resolver)
      if let stage = try Self.configure(type, stageFields) { configured.append(stage) }
      faults += stageFields.dataFaults
    }
    let order = StageOrder(configured.map { ($0.name, Set($0.inputs.map(\.stage))) })
    if let cycle = order.cycle {
      let place = written.first { $0.name == cycle[0] }?.position ?? fields.position
      let path = (cycle + [cycle[0]]).joined(separator: " -> ")
      diagnostics.add("stages need each other's results in a cycle: \(path)", at: place)
    }
    try diagnostics.throwIfAny()
    if let first = faults.first { throw first }
    stages = order.sorted.map { configured[$0] }
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

  /// Nil after a recorded mistake.
  private static func configure(
    _ type: any Stage.Type, _ fields: StageFields
  ) throws -> ConfiguredStage? {
    let diagnostics = fields.fields.diagnostics
    let before = diagnostics.all.count
    do {
      let stage = try type.init(fields: fields)
      fields.fields.finish()
      return ConfiguredStage(
        name: fields.name, type: type, stage: stage, resolved: fields.fields.resolved,
        inputs: fields.inputs, rawFiles: fields.rawFiles)
    } catch {
      // What an initialiser throws after a recorded mistake is that mistake's echo.
      if diagnostics.all.count == before, fields.dataFaults.isEmpty {
        diagnostics.add("\(fields.fields.subject): \(error)", at: fields.fields.position)
      }
      fields.fields.finish()
      return nil
    }
  }

  private static func name(_ key: String, in fields: Fields) -> String {
    let name = fields.string(key)
    if fields.has(key), !name.isEmpty {
      checkName(name, of: "pipeline", at: fields.position(of: key), fields.diagnostics)
    }
    return name
  }

  /// Names become folders, so they may hold nothing that a file system or a shell would read.
  private static func checkName(
    _ name: String, of what: String, at position: SourcePosition, _ diagnostics: Diagnostics
  ) {
    let isWord = name.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        || $0 == "-" || $0 == "_"
    }
    if !isWord || name.isEmpty || name.utf8.count > 100 || name.hasPrefix("-") {
      diagnostics.add(
        "\(name.quoted) cannot name a \(what): expected at most 100 letters, digits, '-' and '_',"
          + " not beginning with '-'", at: position)
    }
  }
}
