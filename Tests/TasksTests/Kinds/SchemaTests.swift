import Configuration
import Files
import Tasks
import Testing
import Workflow

/// The schema that `tessera kinds --json` prints accepts what the program accepts.
struct SchemaTests {
  private let checker = SchemaChecker(root: Vocabulary.schema)

  private func complaints(_ stages: String, heading: String = "name: p") throws -> [String] {
    let document = try Document(text: "\(heading)\nstages: {\(stages)}", file: "p.yaml")
    return checker.complaints(document.root.asJSON)
  }

  @Test func everyShippedPipelineIsAccepted() throws {
    let files = try StandIns.pipelineFiles() + ["Tests/Torture/tiny.yaml"]
    #expect(files.count >= 16)
    for file in files {
      let document = try Document(path: joinPath(StandIns.root, file))
      #expect(checker.complaints(document.root.asJSON).isEmpty, "\(file)")
    }
  }

  @Test func everyExampleIsAccepted() throws {
    for entry in Vocabulary.all[0].entries {
      let document = try Document(
        text: "name: p\nstages:\n"
          + entry.example.split(separator: "\n").map { "  \($0)\n" }.joined(), file: "p.yaml")
      #expect(checker.complaints(document.root.asJSON).isEmpty, "\(entry.kind)")
    }
  }

  @Test(arguments: [
    "a: {kind: train, data: s, epochs: 60_000}", "a: {kind: train, data: s, epochs: $n}",
    "a: {kind: train, data: s.shards, epochs: 1, leaf: {kind: mixture, hidden: $h}}",
    "a: {kind: train, data: s, epochs: 1, learner: {kind: adam, rate: 1e-3}, patience: null}",
    "a: {kind: train, data: s, epochs: 1, only: {seed: 1}}",
    "a: {kind: ingest, source: {kind: png-folder, dataset: d, test: {fraction: 0.2, seed: 3}}}",
    "a: {kind: ingest, source: {kind: png-folder, dataset: d, background: white}}",
    "a: {kind: ingest, source: {kind: png-folder, dataset: d, background: [0, 9, 255]}}",
    "a: {kind: split, images: b, train: 300}",
  ])
  func accepted(stages: String) throws { #expect(try complaints(stages).isEmpty) }

  @Test(arguments: [
    "a: {kind: trian, data: s, epochs: 1}", "a: {data: s}", "a: {kind: train, data: s}",
    "a: {kind: train, data: s, epochs: 1, epoch: 2}", "a: {kind: train, data: s, epochs: many}",
    "a: {kind: train, data: s, epochs: 0}", "a: {kind: train, data: s, epochs: 1.5}",
    "a: {kind: train, data: [s], epochs: 1}", "a: {kind: train, data: s, epochs: 1, leaf: vea}",
    "a: {kind: train, data: s, epochs: 1, leaf: {kind: vae, hiden: 2}}",
    "a: {kind: train, data: s, epochs: 1, leaf: {hidden: 2}}",
    "a: {kind: train, data: s, epochs: 1, superpixel: [4, 4]}",
    "a: {kind: partition, images: i, superpixel: [4]}",
    "a: {kind: train, data: s, epochs: 1, keep: worst}",
    "a: {kind: train, data: s, epochs: 1, classes: 1}",
    "a: {kind: ingest, source: {kind: idx, dataset: d, test: {first: 3}}}",
    "a: {kind: ingest, source: idx}",
  ])
  func refused(stages: String) throws { #expect(try !complaints(stages).isEmpty) }

  @Test func headings() throws {
    let stage = "a: {kind: cuts}"
    #expect(try !complaints(stage, heading: "seed: 1").isEmpty)
    #expect(try complaints(stage, heading: "name: p\nseeds: [1, 2]").isEmpty)
    #expect(try complaints(stage, heading: "name: p\nsweep: {n: [1, 2]}").isEmpty)
    #expect(try !complaints(stage, heading: "name: p\nsed: 1").isEmpty)
    #expect(try !complaints(stage, heading: "name: p\nseed: -1").isEmpty)
  }
}
