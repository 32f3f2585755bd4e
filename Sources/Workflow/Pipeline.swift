import Configuration
import Files

/// One variant of a stage of a pipeline, configured and checked.
package struct ConfiguredStage: Sendable {
  package let name: String
  package let variant: Variant
  package let type: any Stage.Type
  package let stage: any Stage
  /// Every field but inputs and raw files, defaults filled in.
  package let resolved: ResolvedValue
  package let rawFiles: [RawFile]
  let inputs: [StageInput]

  package var kind: String { type.kind }
  /// The stage's name with its variant: `spn/seed-1`.
  package var step: String { variant.name(of: name) }

  /// Nil after a mistake.
  init?(_ reading: StageReader.Reading) {
    guard let stage = reading.stage else { return nil }
    name = reading.name
    variant = reading.variant
    type = reading.type
    self.stage = stage
    resolved = reading.fields.fields.resolved
    rawFiles = reading.fields.rawFiles
    inputs = reading.fields.inputs
  }
}

/// A pipeline without mistakes: its stages in an order in which they can run.
package struct Pipeline: Sendable {
  /// The program's format version: raised when old cached results must not be used any more.
  package static let formatVersion = 2

  package let name: String
  /// The one seed, or the first of several.
  package let seed: Int
  /// A topological order; among stages that are ready, the file's order, and among the variants of a
  /// stage, that of the axes' values.
  package let stages: [ConfiguredStage]
  let inputRule: InputRule

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
    let (name, axes, written) = Self.heading(fields)
    self.name = name
    seed = axes.seed
    if written.isEmpty, fields.has(Self.stagesKey) {
      fields.complain(Self.stagesKey, "no stage is given")
    }
    fields.finish()
    let place = written.first?.keyPosition
    guard PipelineLimit.stages.allows(written.count, of: "a pipeline", at: place, diagnostics)
    else {
      throw ConfigurationFault(diagnostics.all)
    }

    let drafts = written.map { StageDraft($0, axes: axes, catalogue: catalogue, diagnostics) }
    let reader = StageReader(
      pipeline: name, axes: axes, data: data,
      resolver: ReferenceResolver(
        stages: Dictionary(uniqueKeysWithValues: drafts.map { ($0.name, $0.type) }),
        order: drafts.map(\.name)))
    let variants = StageVariants(drafts, reader, diagnostics)
    var faults: [any Fault] = []
    var configured: [ConfiguredStage] = []
    for reading in variants.readings(reader) {
      reading.mistakes.forEach(diagnostics.add)
      faults += reading.fields.dataFaults
      if let stage = ConfiguredStage(reading) { configured.append(stage) }
    }
    try diagnostics.throwIfAny()
    if let first = faults.first { throw first }
    stages = configured
    inputRule = catalogue.inputRule
  }

  /// The key under which the stages stand.
  static let stagesKey = "stages"

  /// The fields of a pipeline itself.
  package static var fields: [FieldDescription] { FieldExploration.describe { _ = heading($0) } }

  private static func heading(
    _ fields: Fields
  ) -> (name: String, axes: PipelineAxes, stages: [Document.Entry]) {
    (
      name("name", in: fields), PipelineAxes(fields),
      fields.entries(stagesKey, meaning: "the stages by name, in any order")
    )
  }

  private static func name(_ key: String, in fields: Fields) -> String {
    let name = fields.string(
      key, meaning: "name of the pipeline: its results are in the folder Output/NAME")
    if fields.has(key), !name.isEmpty {
      checkName(name, of: "a pipeline", at: fields.position(of: key), fields.diagnostics)
    }
    return name
  }
}
