import Configuration
import Files

/// Reads the stages of one pipeline, a variant at a time.
struct StageReader {
  let pipeline: String
  let axes: PipelineAxes
  let data: DatasetLookup
  let resolver: ReferenceResolver

  /// One reading of one variant.
  struct Reading {
    let name: String
    let type: any Stage.Type
    let variant: Variant
    let fields: StageFields
    /// Nil after a mistake.
    let stage: (any Stage)?
    let mistakes: [Diagnostic]

    /// The stages read, one artifact each: their axes are the reading stage's too.
    var singleInputs: [String] {
      fields.inputs.filter { !$0.isCollected }.map(\.reference.stage)
    }
  }

  /// Reads a draft as one variant; `variants` are those of the stages that come before it.
  func read(
    _ draft: StageDraft, _ type: any Stage.Type, as variant: Variant,
    after variants: [String: [Variant]] = [:]
  ) -> Reading {
    let diagnostics = Diagnostics()
    let body = draft.body.replacing { axes.value($0.name, in: variant, at: $0.position) }
    let fields = Fields(
      body, subject: StageDraft.subject(draft.name), diagnostics: diagnostics)
    _ = fields.string("kind")
    var resolver = resolver
    resolver.reader = type
    resolver.variants = variants
    let stageFields = StageFields(
      fields, name: draft.name, pipeline: pipeline,
      pipelineSeed: variant[Variant.seedAxis].flatMap { Int($0) } ?? axes.seed, data: data,
      resolver: resolver, variant: variant)
    let stage = Self.configure(type, stageFields)
    return Reading(
      name: draft.name, type: type, variant: variant, fields: stageFields, stage: stage,
      // An unknown stage cannot be read; that was reported.
      mistakes: diagnostics.all.filter { !draft.unknownReferences.contains($0.position) })
  }

  /// Nil after a recorded mistake.
  private static func configure(_ type: any Stage.Type, _ fields: StageFields) -> (any Stage)? {
    defer { fields.fields.finish() }
    do {
      return try type.init(fields: fields)
    } catch {
      // What an initialiser throws after a recorded mistake is that mistake's echo.
      let diagnostics = fields.fields.diagnostics
      if diagnostics.isEmpty, fields.dataFaults.isEmpty {
        diagnostics.add("\(fields.fields.subject): \(error)", at: fields.fields.position)
      }
      return nil
    }
  }
}
