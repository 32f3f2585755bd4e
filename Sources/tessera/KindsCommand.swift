import ArgumentParser
import Configuration
import Stages

struct KindsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kinds",
    abstract: "Lists the words a pipeline may use.",
    discussion: """
      EXAMPLES
        tessera kinds
        tessera kinds --json
      """)

  @Flag(help: "JSON: a list of catalogues.")
  var json = false

  mutating func run() throws {
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
}
