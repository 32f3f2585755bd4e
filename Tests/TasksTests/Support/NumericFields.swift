import Configuration
import Files
import Foundation
import Tasks
import Workflow

/// Every number in the fields of stages, and the smallest pipelines that have them.
struct NumericFields {
  /// A place of a number: the stage's key that is written again, its value with `@` in that place.
  struct Field: CustomStringConvertible {
    let kind: String
    let stage: String
    let key: String
    let template: String
    let path: String
    /// The stage, and what it reads.
    let document: Document

    var description: String { "\(kind).\(path)" }

    func override(_ value: String) throws -> Override {
      try Override("stages.\(stage).\(key)=\(template.replacing("@", with: value))")
    }
  }

  let all: [Field]
  let kinds: Set<String>

  /// - Parameter read: reads a pipeline where its data sets are.
  init(of documents: [Document], read: (Document) throws -> Pipeline) throws {
    var seen: Set<String> = []
    var all: [Field] = []
    var kinds: Set<String> = []
    for document in documents {
      guard let pipeline = try? read(document) else { continue }
      for stage in pipeline.stages {
        kinds.insert(stage.kind)
        for (path, key, template) in Self.templates(of: stage.resolved)
        where seen.insert("\(stage.kind).\(path)").inserted {
          all.append(
            Field(
              kind: stage.kind, stage: stage.name, key: key, template: template, path: path,
              document: Self.pruned(document, to: stage.name)))
        }
      }
    }
    self.all = all
    self.kinds = kinds
  }

  private static func templates(
    of fields: ResolvedValue
  ) -> [(path: String, key: String, template: String)] {
    (fields.mapping ?? [:]).filter { !$0.key.hasPrefix("(") }.sorted { $0.key < $1.key }
      .flatMap { key, value in
        templates(value, key).map { path, template in
          (path, key, template.canonicalText.replacing("\"@\"", with: "@"))
        }
      }
  }

  /// Copies of a value with one number each replaced, and where it stood. The first element of a list stands
  /// for its neighbours, and the list itself may be another value.
  private static func templates(
    _ value: ResolvedValue, _ path: String
  ) -> [(path: String, template: ResolvedValue)] {
    switch value {
    case .integer, .real: return [(path, .string("@"))]
    case .string, .boolean, .null: return []
    case .list(let items):
      let inner = items.first.map { templates($0, "\(path)[0]") } ?? []
      return (inner.isEmpty ? [] : [(path, .string("@"))])
        + inner.map { ($0, .list([$1] + items.dropFirst())) }
    case .mapping(let entries):
      let written = entries.filter { !$0.key.hasPrefix("(") }
      return written.sorted { $0.key < $1.key }.flatMap { key, value in
        templates(value, "\(path).\(key)").map { path, template in
          (path, .mapping(written.merging([key: template]) { $1 }))
        }
      }
    }
  }

  /// A pipeline with one stage and those that it reads, and with one seed.
  private static func pruned(_ document: Document, to stage: String) -> Document {
    var copy = document
    guard case .mapping(var keys) = document.root.content,
      let place = keys.firstIndex(where: { $0.key == "stages" }),
      case .mapping(let stages) = keys[place].value.content
    else { return document }
    var needed: Set<String> = []
    var open = [stage]
    while let name = open.popLast() {
      guard needed.insert(name).inserted, let own = stages.first(where: { $0.key == name }) else {
        continue
      }
      open += names(own.value).filter { name in stages.contains { $0.key == name } }
    }
    keys[place].value.content = .mapping(stages.filter { needed.contains($0.key) })
    if let seeds = keys.firstIndex(where: { $0.key == "seeds" }),
      case .sequence(let items) = keys[seeds].value.content
    {
      keys[seeds].value.content = .sequence(Array(items.prefix(1)))
    }
    copy.root.content = .mapping(keys)
    return copy
  }

  /// What scalars may refer to: the part before a point.
  private static func names(_ value: Document.Value) -> [String] {
    switch value.content {
    case .scalar(let text, _): [String(text.prefix { $0 != "." })]
    case .sequence(let items): items.flatMap(names)
    case .mapping(let entries): entries.flatMap { names($0.value) }
    }
  }
}
