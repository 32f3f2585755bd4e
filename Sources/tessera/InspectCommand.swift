import ArgumentParser
import Tasks

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Describes and verifies a file of tessera: model, images, split, shard, manifest, table, record.",
    discussion: """
      Verifies digests, the checksums of images and, for a file that a stage.json, run.json or manifest.json lists, \
      its SHA-256. Exit code 65 where anything differs. Pictures, CSV tables and timings are recognised only inside the \
      folder of their result.

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
