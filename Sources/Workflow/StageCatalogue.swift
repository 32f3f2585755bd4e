import Configuration
import Files

/// The stages a program knows, by the word in a pipeline's `kind:`.
package struct StageCatalogue: Sendable {
  package let types: [any Stage.Type]
  /// Which inputs belong together.
  let inputRule: InputRule

  /// File names in a stage's folder that belong to the workflow.
  static let reservedNames: Set<String> = [
    "stage.json", "run.json", "timings.json", StageContext.scratchName,
  ]

  /// A catalogue; kinds must differ, and no output may take a name of the workflow's own files.
  package init(_ types: [any Stage.Type], inputRule: @escaping InputRule = { _, _ in }) {
    precondition(Set(types.map { $0.kind }).count == types.count, "a stage kind is listed twice")
    for type in types {
      precondition(Set(type.outputs.map(\.name)).count == type.outputs.count)
      precondition(type.outputs.allSatisfy { !Self.reservedNames.contains($0.path) })
    }
    self.types = types
    self.inputRule = inputRule
  }

  package func type(of kind: String) -> (any Stage.Type)? { types.first { $0.kind == kind } }

  /// The vocabulary, in the catalogue's order.
  package var kinds: [(kind: String, summary: String)] { types.map { ($0.kind, $0.summary) } }

  /// Everything that the stages say of themselves, fields included.
  package var description: CatalogueDescription {
    CatalogueDescription(
      name: "stages",
      entries: types.map { type in
        EntryDescription(
          kind: type.kind, summary: type.summary, example: type.example,
          fields: FieldExploration.describe {
            _ = try type.init(fields: StageFields(described: $0))
          })
      })
  }
}

extension StageFields {
  /// Of a stage outside any pipeline, whose fields are only asked for.
  fileprivate convenience init(described fields: Fields) {
    self.init(
      fields, name: "stage", pipeline: "pipeline", pipelineSeed: 1,
      data: DatasetLookup(folders: []),
      resolver: ReferenceResolver(stages: [:], order: []), variant: .none)
  }
}
