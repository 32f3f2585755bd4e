import Configuration
import Files
import Foundation
import Testing
import Workflow

extension CommandSuite {
  @Suite struct MemoryTests {
    /// What the forecast is made of differs: weights, tiles, a large network.
    private static let trainings = [
      ("[1, 1]", "structure: {kind: poon-domingos, steps: [1]}, units: 8"),
      ("[1, 1]", "structure: {kind: poon-domingos, steps: [1]}, units: 4, batch: 16"),
      ("[8, 8]", "units: 1, leaf: {kind: vae, hidden: 1500, latent: 200}, batch: 64"),
    ]

    /// Peak of the process, counted by the system while the stage ran, against what the dry run said.
    @Test(arguments: trainings) func forecastsAreWithinAFifth(cells: String, train: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training(epochs: 1, cells: cells, train: train))
      let forecast = try #require(try Self.forecast(of: "spn", in: sandbox))
      let ended = try Tessera.run("run", "p.yaml", "--workers", "2", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      let run = try String(
        contentsOfFile: sandbox.path("Output/tiny/spn/run.json"), encoding: .utf8)
      let measured = try #require(try ResolvedValue(json: run)["peakMemory"]?.integer)
      let ratio = Double(forecast) / Double(measured)
      #expect((1 / 1.2...1.2).contains(ratio), "\(forecast) forecast, \(measured) measured")
    }

    private static func forecast(of stage: String, in sandbox: Sandbox) throws -> Int? {
      let ended = try Tessera.run(
        "run", "p.yaml", "--workers", "2", "--dry-run", "--json", in: sandbox)
      let stages = try ResolvedValue(json: ended.output).list ?? []
      return stages.first { $0["stage"]?.string == stage }?["memory"]?["all"]?.integer
    }

    @Test func theDryRunSaysWhatItIsFor() throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training())
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      let line = try #require(ended.output.split(separator: "\n").first { $0.hasPrefix("spn ") })
      #expect(line.contains(#/; memory \d+ MB: program \d+ MB, images 0 MB, circuit 0 MB, /#))
      // 4x4 cells: 10 x 10 rectangles, 200 cuts, each 2 x 2 products for 2 units; 2 means for each of 64 pixels.
      #expect(
        line.contains(
          "; 100 regions, 200 partitions, 1,600 edges, 1,728 parameters, about 0.0 s an epoch"))
      // Of what is in the cache, nothing is said.
      try sandbox.run(Pipelines.training())
      #expect(try Self.forecast(of: "spn", in: sandbox) == nil)
    }

    /// Nothing is read, nothing is trained.
    @Test func moreThanTheMachineHasIsRefused() throws {
      let sandbox = try Sandbox()
      let enough = try #require(try sandbox.runner(Pipelines.all).preview()[5].memory)
      #expect(enough.fits)
      let little = try sandbox.runner(Pipelines.all, memory: enough.bytes / 2)
      #expect(try little.preview()[5].memory?.fits == false)
      let fault = #expect(throws: StageFault.self) { try little.run() }
      #expect(fault?.exitCode == .configuration)
      #expect(
        fault?.description.contains(
          #/stage 'spn': needs about \d+ MB of memory \(program \d+ MB\), and this machine has \d+ /#
        )
          == true)
      let left = try DurableFile.listTree(sandbox.path("Data/Cache"))
      #expect(!left.contains { $0.hasSuffix(".h5") }, "\(left)")
    }

    /// Mistakes that only the data's size shows are told before the data is read.
    @Test(
      arguments: [
        (
          Pipelines.training(superpixel: "[9, 9]"),
          "stage 'superpixels': superpixels of 9 x 9 do not fit images of 8 x 8: expected 1 to 8 x 1 to 8"
        ),
        (
          Pipelines.training(cells: "[1, 9]"),
          "stage 'cells': superpixels of 1 x 9 do not fit images of 8 x 8: expected 1 to 8 x 1 to 8"
        ),
        (
          Pipelines.training(cells: "[8, 8]", train: "classes: true"),
          "stage 'spn': classes: the image is one superpixel, and a single leaf has no sum unit for "
            + "each class; take smaller superpixels"
        ),
      ]) func mistakesAreToldBeforeTheWork(yaml: String, message: String) throws
    {
      for flags in [[], ["--dry-run"]] {
        let sandbox = try Sandbox()
        try sandbox.write("p.yaml", yaml)
        let ended = try Child(["run", "p.yaml"] + flags, in: sandbox).wait()
        #expect(ended.status == 78)
        #expect(ended.errors.contains(message), "\(ended.errors)")
        #expect(!sandbox.exists("Output/tiny/spn"))
      }
    }
  }
}
