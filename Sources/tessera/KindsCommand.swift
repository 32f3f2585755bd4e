import ArgumentParser
import Configuration
import Tasks

struct KindsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kinds",
    abstract: "Lists the words that a pipeline may use.",
    discussion: """
      EXAMPLES
        tessera kinds
        tessera kinds --json
        tessera kinds --queries   which questions each leaf family answers
      """)

  @Flag(help: "JSON: a list of catalogues.")
  var json = false

  @Flag(help: "The table of queries by leaf family instead.")
  var queries = false

  mutating func run() throws {
    if queries { return showQueries() }
    let vocabulary = Vocabulary.all
    if json {
      let list = vocabulary.map { section in
        ResolvedValue.mapping([
          "catalogue": .string(section.name),
          "kinds": .list(
            section.kinds.map {
              .mapping(["kind": .string($0.kind), "summary": .string($0.summary)])
            }),
        ])
      }
      return Terminal.output(ResolvedValue.list(list).jsonText)
    }
    for section in vocabulary {
      Terminal.output("\(section.name):")
      let width = section.kinds.map(\.kind.count).max() ?? 0
      for entry in section.kinds {
        let name = entry.kind + String(repeating: " ", count: width - entry.kind.count)
        Terminal.output("  \(name)  \(entry.summary)")
      }
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
