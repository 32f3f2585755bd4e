import Configuration
import Files
import Foundation
import Tasks
import Testing
import Workflow

extension CommandSuite {
  /// Numbers that nobody means: each is refused with its place, or means something; no signal, no waiting.
  @Suite(.timeLimit(.minutes(5))) struct OddNumberTests {
    private static let odd = [
      "0", "-1", "1", "3", "2147483647", "2147483648", "9223372036854775807",
      "9223372036854775808", "1e308", "-1e308", "1e-308", "1e3", "0.5", ".nan", "nan", ".inf", "''",
      "null", "[]", "[0]", "[-1, 1]", "{}", "true",
      "[\(Array(repeating: "1", count: 3_000).joined(separator: ", "))]",
    ]

    /// Every fourth value, another first for each field: `make torture` tries all of them.
    private static func share(of values: [String], _ number: Int) -> [String] {
      values.enumerated().filter { ($0.offset + number) % 4 == 0 }.map(\.element)
    }

    private static func text(model: String) -> String {
      Pipelines.all + "\n" + """
          vae: {kind: train, data: shards, epochs: 1,
            leaf: {kind: vae, hidden: 4, latent: 2}, learner: {kind: adam}}
          information: {kind: mutual-information, data: shards, partition: cells, images: 9}
          sets: {kind: likelihood-histogram, sets: {spn: metrics}}
          baselines: {kind: completion-baselines, data: shards, components: [1, 2]}
          converted: {kind: convert, model: vae.model, data: shards, nodes: 9, epochs: 2}
          loaded: {kind: load-model, file: \(model)}
          mixed: {kind: ensemble, models: [spn.model, loaded.model], data: shards}
          averaged: {kind: average, checkpoints: spn.checkpoints, data: shards, most: 3}
        """
    }

    /// The package's own pipelines and that of these tests: together they use every kind of stage.
    private func documents(model: String) throws -> [Document] {
      let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Pipelines").standardizedFileURL.path
      let own = try DurableFile.listTree(root).map { try Document(path: joinPath(root, $0)) }
      return [try Document(text: Self.text(model: model), file: "p.yaml")] + own
    }

    @Test func everyNumericFieldOfEveryStage() throws {
      let sandbox = try ModelFixture.sandbox()
      for dataset in ["mnist", "fashion-mnist", "mnist-5k", "fashion-1k"] {
        try ToyData(train: 9, test: 9).write(to: sandbox.path("Data/\(dataset)"))
      }
      let lookup = DatasetLookup(folders: [sandbox.path("Data")])
      func read(_ document: Document) throws -> Pipeline {
        try Pipeline(document, catalogue: .tessera, data: lookup)
      }
      let fields = try NumericFields(
        of: documents(model: sandbox.path("model.h5")), read: read)
      #expect(fields.all.count > 80, "\(fields.all)")
      let kinds = Set(StageCatalogue.tessera.kinds.map(\.kind))
      #expect(kinds.subtracting(fields.kinds).isEmpty)
      var slow: [String] = []
      for (number, field) in fields.all.enumerated() {
        for value in Self.share(of: Self.odd, number) {
          let began = Date()
          do {
            let pipeline = try read(field.document.applying([try field.override(value)]))
            let settings = RunSettings(
              output: sandbox.path("Output"), cache: sandbox.path("Cache"), workers: 2)
            _ = try Runner(pipeline, settings: settings).preview()
          } catch let fault as any Fault {
            // What does not fit the data, or the machine, is a mistake of the pipeline too.
            #expect(fault.exitCode == .configuration, "\(field): \(value.prefix(40)): \(fault)")
          } catch {
            Issue.record("\(field): \(value.prefix(40)): \(error)")
          }
          if Date().timeIntervalSince(began) > 5 { slow.append("\(field): \(value.prefix(40))") }
        }
      }
      #expect(slow.isEmpty)
      #expect(!sandbox.exists("Output") && !sandbox.exists("Cache"))
    }

    /// Each option of each command in turn, beside others that are right.
    @Test(arguments: [
      "run p.yaml --dry-run", "ingest Data/toy --output own --superpixel 4x4",
      "evaluate --model model.h5 --images IMAGES", "certify model.h5",
      "classify --model model.h5 --images IMAGES",
      "sample --model model.h5 --output x.png --count 4",
      "inpaint --model model.h5 --images IMAGES --hide left --output x.png",
      "anomaly --model model.h5 --images IMAGES --output x.png", "inspect model.h5",
      "convert --model model.h5 --output y.h5", "kinds", "figures p.yaml",
    ])
    func everyOptionOfACommand(line: String) throws {
      let sandbox = try ModelFixture.sandbox()
      try sandbox.write("p.yaml", Pipelines.training(epochs: 1))
      let words = line.replacing("IMAGES", with: ModelFixture.testImages).split(separator: " ")
        .map(String.init)
      let help = try Tessera.run(words[0], "--help", in: sandbox).output
      let options = Set(help.matches(of: /--([a-z-]+) <[a-z-]+>/).map { "--\($0.output.1)" })
        .subtracting(["--set", "--output", "--cache"])
      #expect(!options.isEmpty || ["inspect", "kinds"].contains(words[0]), "\(help)")
      let odd = ["0", "-1", "1e308", "nan", "9223372036854775808", "65535x65535", "iwae:0", ""]
      for (number, option) in options.sorted().enumerated() {
        for value in Self.share(of: odd, number) {
          let given = words.firstIndex(of: option).map { place in
            Array(words[..<place]) + Array(words[(place + 2)...])
          }
          let child = try Child((given ?? words) + ["\(option)=\(value)"], in: sandbox)
          let deadline = Date().addingTimeInterval(10)
          while child.isRunning, Date() < deadline { usleep(2_000) }
          if child.isRunning { kill(child.identifier, SIGKILL) }
          let ended = try child.wait()
          #expect(!ended.wasKilled, "\(words) \(option)=\(value)")
          #expect(
            [0, 64, 65, 66, 73, 78].contains(ended.status),
            "\(words) \(option)=\(value): \(ended.status) \(ended.errors)")
        }
      }
    }
  }
}
