import ArgumentParser
import Stages

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Says what a file of ours is: a model, images, split, shard, manifest, table, stage.",
    discussion: """
      The file's digests are checked, the sums of images too, and its bytes are compared with what the record of \
      the result that it lies in, or the manifest of its shards, lists. Exit code 65 where anything differs.

      EXAMPLES
        tessera inspect Output/quickstart/spn/seed-1/model.h5
        tessera inspect Output/quickstart/spn/seed-1/model.h5 --json
      """)

  @Argument(help: "The file.")
  var file: String

  @Flag(help: "JSON.")
  var json = false

  mutating func run() throws {
    let inspection = try InspectionText(ofForeign: file)
    if json { return Terminal.output(inspection.json) }
    for line in inspection.lines { Terminal.output(line) }
  }
}
