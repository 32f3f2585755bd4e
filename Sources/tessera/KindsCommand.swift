import ArgumentParser
import Configuration
import Tasks

struct KindsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kinds",
    abstract: "Lists the words that a pipeline may use, or describes one of them.",
    discussion: """
      A word is described with its fields: what each may hold, its default and its meaning, and an example. \
      The JSON is a schema by which editors complete and check pipelines, and holds the descriptions as well.

      EXAMPLES
        tessera kinds
        tessera kinds train
        tessera kinds mixture
        tessera kinds --json > tessera.schema.json
        tessera kinds --queries   which questions each leaf family answers
      """)

  @Argument(help: "A word: a kind of stage, source, structure, leaf, learner ...")
  var kind: String?

  @Flag(help: "JSON: a schema for pipelines (for one kind, its descriptions).")
  var json = false

  @Flag(help: "The table of queries by leaf family instead.")
  var queries = false

  mutating func validate() throws {
    if let kind, queries {
      throw ValidationError("--queries is of all leaves: leave out \(kind.quoted)")
    }
  }

  mutating func run() throws {
    if queries { return showQueries() }
    if let kind { return try describe(kind) }
    if json { return Terminal.output(Vocabulary.schema.jsonText) }
    for section in Vocabulary.all {
      Terminal.output("\(section.name):")
      let width = section.entries.map(\.kind.count).max() ?? 0
      for entry in section.entries {
        let name = entry.kind + String(repeating: " ", count: width - entry.kind.count)
        Terminal.output("  \(name)  \(entry.summary)")
      }
    }
  }

  private func describe(_ kind: String) throws {
    let found = Vocabulary.entries(of: kind)
    guard !found.isEmpty else {
      let hint = Vocabulary.suggestion(for: kind).map { "; did you mean \($0.quoted)?" }
      throw ValidationError(
        "unknown kind \(kind.quoted)\(hint ?? "; tessera kinds lists all of them")")
    }
    if json {
      let list = found.map { entry in
        ResolvedValue.mapping([
          "catalogue": .string(entry.catalogue.name), "kinds": .list([entry.entry.listing]),
        ])
      }
      return Terminal.output(ResolvedValue.list(list).jsonText)
    }
    for (index, (catalogue, entry)) in found.enumerated() {
      if index > 0 { Terminal.output("") }
      for line in KindPage(entry, of: catalogue).lines { Terminal.output(line) }
    }
  }

  private func showQueries() {
    guard json else {
      for line in QueryTable.lines { Terminal.output(line) }
      return
    }
    let rows = QueryTable.rows.map { row in
      ResolvedValue.mapping([
        "query": .string(row.query),
        "answers": .mapping(
          Dictionary(uniqueKeysWithValues: row.answers.map { ($0.leaf, .string($0.answer)) })),
      ])
    }
    Terminal.output(ResolvedValue.list(rows).jsonText)
  }
}
