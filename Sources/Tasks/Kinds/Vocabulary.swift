import Circuits
import Configuration
import Workflow

/// Every word that a pipeline may use, with what its entry says of itself: for `tessera kinds`.
package enum Vocabulary {
  /// The catalogues behind the fields of stages and of each other.
  package static let catalogues: [any DescribedCatalogue] = [
    Catalogues.sources, Catalogues.structures, Catalogues.products, Catalogues.weights,
    Catalogues.leaves, Catalogues.emissions, LeafChannels.catalogue, Catalogues.binarisations,
    Catalogues.learners,
    Catalogues.initialisations, Schedule.catalogue,
  ]

  /// The stages, and what the catalogues hold.
  package static let all = [StageCatalogue.tessera.description] + catalogues.map(\.description)

  /// The entries of a kind, of all catalogues that have it.
  package static func entries(
    of kind: String
  ) -> [(catalogue: CatalogueDescription, entry: EntryDescription)] {
    all.flatMap { catalogue in
      catalogue.entries.filter { $0.kind == kind }.map { (catalogue, $0) }
    }
  }

  /// The kind that a misspelt word probably meant.
  package static func suggestion(for word: String) -> String? {
    nearest(to: word, among: all.flatMap(\.entries).map(\.kind))
  }

  /// A JSON Schema for pipeline files, which holds the catalogues as well.
  package static var schema: ResolvedValue {
    let schema = PipelineSchema(stages: all[0], others: Array(all.dropFirst())).value
    var keys = schema.mapping ?? [:]
    keys["catalogues"] = .list(all.map(\.listing))
    return .mapping(keys)
  }
}

extension CatalogueDescription {
  /// The catalogue as JSON.
  var listing: ResolvedValue {
    .mapping(["catalogue": .string(name), "kinds": .list(entries.map(\.listing))])
  }
}

extension EntryDescription {
  /// The entry as JSON.
  package var listing: ResolvedValue {
    .mapping([
      "kind": .string(kind), "summary": .string(summary), "example": .string(example),
      "fields": .list(fields.map(\.listing)),
    ])
  }
}

extension FieldDescription {
  fileprivate var listing: ResolvedValue {
    var keys: [String: ResolvedValue] = [
      "key": .string(key), "type": .string(typeWords), "required": .boolean(isRequired),
      "meaning": .string(meaning),
    ]
    if let fallback { keys["default"] = fallback }
    if let condition { keys["condition"] = .string(condition) }
    let inner = types.flatMap(\.fields)
    if !inner.isEmpty { keys["fields"] = .list(inner.map(\.listing)) }
    return .mapping(keys)
  }
}
