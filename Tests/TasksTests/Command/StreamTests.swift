import Configuration
import Foundation
import Testing

extension CommandSuite {
  /// Streams as scripts, pipes and terminals give them.
  @Suite struct StreamTests {
    @Test func aReaderThatWentAwayIsNoFault() throws {
      let sandbox = try ModelFixture.sandbox()
      try sandbox.write("p.yaml", Pipelines.all)
      for arguments in [["run", "p.yaml"], ["inspect", "model.h5", "--json"], ["kinds"]] {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let ended = try Child(arguments, in: sandbox, output: pipe.fileHandleForWriting).wait()
        #expect(ended.status == 0, "\(arguments): \(ended.errors)")
        #expect(!ended.wasKilled)
      }
      #expect(sandbox.exists("Output/tiny/samples/samples.png"))
    }

    @Test(arguments: [["TERM": "dumb"], ["NO_COLOR": "1"], ["TERM": ""], ["LC_ALL": "C"]])
    func environmentsChangeNothing(environment: [String: String]) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training(epochs: 1))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox, environment: environment)
      #expect(ended.status == 0)
      let text = ended.output + ended.errors
      #expect(!text.contains("\u{1B}"), "no escape codes where nobody reads them")
      #expect(!text.contains("\r"))
    }

    /// Results on stdout, one path a line that exists; everything else on stderr.
    @Test func stdoutNamesWhatWasWritten() throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.all)
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      let paths = ended.output.split(separator: "\n").map(String.init)
      #expect(paths.count >= 7)
      for path in paths { #expect(sandbox.exists(path), "\(path)") }
      #expect(
        paths.suffix(2) == ["Output/tiny/film/film-strip.png", "Output/tiny/samples/samples.png"])
      let again = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(again.output == ended.output)
      #expect(again.errors.contains("Nothing to do: every stage of 'tiny' is cached.\n"))
      #expect(!again.errors.contains("done in"))
    }

    @Test func aDryRunSaysWhyAndWritesNothing() throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.all)
      let first = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(first.status == 0)
      #expect(first.output.split(separator: "\n").count == 10)
      #expect(!sandbox.exists("Output"))
      #expect(!sandbox.exists("Data/Cache"))

      try sandbox.run(Pipelines.all)
      let json = try Tessera.run(
        "run", "p.yaml", "--dry-run", "--json", "--set", "stages.spn.epochs=5", in: sandbox)
      let stages = try #require(try ResolvedValue(json: json.output).list)
      let status = stages.map { "\($0["stage"]?.string ?? ""): \($0["status"]?.string ?? "")" }
      #expect(
        status == [
          "digits: cached", "superpixels: cached", "cells: cached", "parts: cached",
          "shards: cached",
          "spn: would run", "metrics: would run", "curve: would run", "film: would run",
          "samples: would run",
        ])
      #expect(stages[5]["reason"]?.string == "epochs: 3 -> 5")
    }

    /// The subcommands, as the program lists them.
    private func commands(_ sandbox: Sandbox) throws -> [String] {
      let lines = try Tessera.run("--help", in: sandbox).output.split(separator: "\n")
      let list = lines.drop { $0 != "SUBCOMMANDS:" }.dropFirst()
      let names = list.filter {
        $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See")
      }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      #expect(names.count >= 12)
      return names
    }

    /// The lines below EXAMPLES to the next empty one, without their indentation.
    private func exampleLines(_ help: String) -> [String]? {
      let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
      guard let start = lines.firstIndex(where: { $0.hasSuffix("EXAMPLES") }) else { return nil }
      return lines[(start + 1)...].prefix { !$0.isEmpty }.map {
        String($0.drop { $0 == " " })
      }
    }

    @Test func everyCommandHelpsWithExamples() throws {
      let sandbox = try Sandbox()
      for command in try commands(sandbox) {
        let ended = try Tessera.run(command, "--help", in: sandbox)
        #expect(ended.status == 0)
        #expect(ended.output.contains("tessera \(command)"))
        let examples = try #require(exampleLines(ended.output), "\(command)")
        // A line that the terminal's width breaks cannot be copied.
        for (line, before) in zip(examples, [""] + examples) {
          #expect(
            line.hasPrefix("tessera \(command)") != before.hasSuffix("\\"), "\(command): \(line)")
        }
      }
      let kinds = try Tessera.run("kinds", "--json", in: sandbox)
      let catalogues = try #require(try ResolvedValue(json: kinds.output)["catalogues"]?.list)
      #expect(catalogues.contains { $0["catalogue"]?.string == "stages" })
    }
  }
}
