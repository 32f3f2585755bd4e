import Configuration

/// A JSON Schema (draft 7) for pipeline files, made from what catalogues say of their entries.
///
/// An editor that knows it completes keys and words, shows meanings, and marks what a pipeline cannot
/// hold. It accepts every pipeline that the reader accepts; conditions that depend on several fields are
/// the reader's alone.
package struct PipelineSchema {
  private let stages: CatalogueDescription
  private let others: [CatalogueDescription]

  /// - Parameter others: every catalogue that a field of a stage, or of another entry, names.
  package init(stages: CatalogueDescription, others: [CatalogueDescription]) {
    self.stages = stages
    self.others = others
  }

  package var value: ResolvedValue {
    var definitions = SchemaValue.definitions
    for catalogue in [stages] + others {
      for entry in catalogue.entries {
        definitions[Self.name(of: entry, in: catalogue)] = Self.schema(
          of: entry, isStage: catalogue.name == stages.name)
      }
    }
    for catalogue in others { definitions[catalogue.name] = Self.choice(of: catalogue) }
    definitions[stages.name] = Self.mapping(of: stages)
    var properties = SchemaValue.properties(of: Pipeline.fields)
    properties[Pipeline.stagesKey] = .mapping([
      "type": .string("object"), "additionalProperties": SchemaValue.reference(stages.name),
    ])
    return .mapping([
      "$schema": .string("http://json-schema.org/draft-07/schema#"),
      "title": .string("A pipeline of tessera"),
      "type": .string("object"),
      "properties": .mapping(properties),
      "required": SchemaValue.required(of: Pipeline.fields),
      "additionalProperties": .boolean(false),
      "definitions": .mapping(definitions),
    ])
  }

  private static func name(of entry: EntryDescription, in catalogue: CatalogueDescription) -> String
  {
    "\(catalogue.name).\(entry.kind)"
  }

  /// The fields of one entry; which entry it is, the schema of its catalogue says.
  private static func schema(of entry: EntryDescription, isStage: Bool) -> ResolvedValue {
    var properties = SchemaValue.properties(of: entry.fields)
    properties["kind"] = .mapping(["const": .string(entry.kind)])
    if isStage {
      properties[StageDraft.restrictionKey] = .mapping([
        "description": .string("the values of the axes for which the stage runs"),
        "type": .string("object"),
      ])
    }
    return .mapping([
      "description": .string(entry.summary), "properties": .mapping(properties),
      "required": SchemaValue.required(of: entry.fields), "additionalProperties": .boolean(false),
      "examples": .list([.string(entry.example)]),
    ])
  }

  /// A mapping with `kind`, which decides what else it may hold.
  private static func mapping(of catalogue: CatalogueDescription) -> ResolvedValue {
    let rules = catalogue.entries.map { entry in
      ResolvedValue.mapping([
        "if": .mapping([
          "required": .list([.string("kind")]),
          "properties": .mapping(["kind": .mapping(["const": .string(entry.kind)])]),
        ]),
        "then": SchemaValue.reference(name(of: entry, in: catalogue)),
      ])
    }
    return .mapping([
      "type": .string("object"), "required": .list([.string("kind")]),
      "properties": .mapping(["kind": SchemaValue.words(catalogue.entries.map(\.kind))]),
      "allOf": .list(rules),
    ])
  }

  /// A bare word, of entries that need no fields, or a mapping.
  private static func choice(of catalogue: CatalogueDescription) -> ResolvedValue {
    let bare = catalogue.entries.filter { !$0.fields.contains(where: \.isRequired) }
    return .mapping([
      "if": .mapping(["type": .string("object")]), "then": mapping(of: catalogue),
      "else": SchemaValue.words(bare.map(\.kind)),
    ])
  }
}
