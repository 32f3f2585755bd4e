import Configuration
import Files
import Foundation
import Testing
import Workflow

extension CommandSuite {
  /// Many seeds, failures and figures, as a user meets them.
  @Suite struct SeedsTests {
    private static let yaml = Pipelines.training(
      epochs: 2, train: "batch: 16", extra: Pipelines.evaluation
    ).replacingOccurrences(of: "seed: 1\n", with: "seeds: [1, 2]\n")

    private func sandbox() throws -> Sandbox {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Self.yaml)
      return sandbox
    }

    @Test func everySeedIsTrainedAndShown() throws {
      let sandbox = try sandbox()
      let ended = try Tessera.run("run", "p.yaml", "--workers", "2", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      let paths = ended.output.split(separator: "\n").map(String.init)
      for path in paths { #expect(sandbox.exists(path), "\(path)") }
      #expect(
        paths.suffix(4) == [
          "Output/tiny/film/seed-1/film-strip.png", "Output/tiny/film/seed-2/film-strip.png",
          "Output/tiny/samples/seed-1/samples.png", "Output/tiny/samples/seed-2/samples.png",
        ])
      #expect(ended.errors.contains("spn/seed-2: train (no earlier result)\n"))
      #expect(ended.errorLines.allSatisfy { !$0.contains("HDF5") }, "\(ended.errors)")

      // One by one, each as the only seed, the same bytes.
      let single = try Sandbox()
      for seed in [1, 2] {
        try single.run(Self.yaml.replacingOccurrences(of: "seeds: [1, 2]", with: "seed: \(seed)"))
        for file in ["spn/model.h5", "film/film-strip.png"] {
          let parts = file.split(separator: "/")
          #expect(
            try FileBytes.read(single.path("Output/tiny/\(file)"))
              == FileBytes.read(
                sandbox.path("Output/tiny/\(parts[0])/seed-\(seed)/\(parts[1])")))
        }
      }
      let more = try Tessera.run("run", "p.yaml", "--set", "seeds=[1, 2, 3]", in: sandbox)
      #expect(more.status == 0)
      #expect(more.errors.contains("spn/seed-1: cached\n"))
      #expect(!more.errors.contains("spn/seed-2: train"))
      #expect(more.errors.contains("spn/seed-3: train (no earlier result)\n"))
    }

    @Test func aDryRunNamesVariants() throws {
      let sandbox = try sandbox()
      let json = try Tessera.run(
        "run", "p.yaml", "--dry-run", "--json", "--set", "sweep={images: [20, 40]}", "--set",
        "stages.parts.train=$images", "--set", "stages.film.only={seed: 2}", in: sandbox)
      let steps = try #require(try ResolvedValue(json: json.output).list)
      let film = steps.filter { $0["kind"]?.string == "film-strip" }
      #expect(
        film.map { $0["stage"]?.string } == ["film/images-20/seed-2", "film/images-40/seed-2"])
      #expect(
        film[1]["variant"] == .mapping(["images": .string("40"), "seed": .string("2")]))
      #expect(steps[0]["variant"] == .mapping([:]))
      let text = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(text.output.contains("metrics/seed-2  evaluate, "))
    }

    @Test func aSeedAgainstSeedsIsAMistakeWithAWayOut() throws {
      let sandbox = try sandbox()
      let ended = try Tessera.run("run", "p.yaml", "--set", "seed=2", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains("write --set seeds=[N]"))
      let out = try Tessera.run(
        "run", "p.yaml", "--set", "seeds=", "--set", "seed=2", "--dry-run", in: sandbox)
      #expect(out.status == 0)
      #expect(!out.output.contains("seed-"))
    }

    @Test func failuresAreNamedAndAllOfThemAreSeventy() throws {
      let sandbox = try sandbox()
      let summary = try sandbox.run(Self.yaml)
      func fail(_ step: String) throws {
        let folder = try #require(summary.stage(step)).cacheFolder
        let record = joinPath(folder, "stage.json")
        let text = String(decoding: try FileBytes.read(record), as: UTF8.self)
        var fields = try #require(SealedJSON.fields(of: text))
        fields["failure"] = .string("diverged in epoch 1")
        try DurableFile.write(text: SealedJSON.text(fields), to: record)
      }
      try fail("spn/seed-2")
      let one = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(one.status == 0, "\(one.errors)")
      #expect(one.errors.contains("spn/seed-2: cached, failed: diverged in epoch 1\n"))
      #expect(one.errors.contains("Failed, 1 of 15; results are stored:\n  spn/seed-2: diverged"))
      #expect(one.output.contains("Output/tiny/spn/seed-2/model.h5\n"))
      let preview = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(preview.output.contains("cached, failed: diverged in epoch 1\n"))

      try fail("spn/seed-1")
      let all = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(all.status == 70)
      #expect(all.output == one.output)
      #expect(
        all.errorLines.last?.hasPrefix(
          "tessera: stage 'spn' failed with every seed: spn/seed-1: diverged in epoch 1.") == true)
    }

    @Test func figuresAreDrawnFromWhatIsStored() throws {
      let sandbox = try sandbox()
      let early = try Tessera.run("figures", "p.yaml", in: sandbox)
      #expect(early.status == 66)
      #expect(early.errorLines.count == 1)
      #expect(early.errors.contains("'spn/seed-1', 'spn/seed-2'"))
      #expect(early.errors.hasSuffix("tessera run p.yaml\n"))
      #expect(!sandbox.exists("Data/Cache") && !sandbox.exists("Output"))

      try sandbox.run(Self.yaml)
      let results = try sandbox.results()
      try sandbox.damage("Output/tiny/film/seed-1/film-strip.png")
      let ended = try Tessera.run("figures", "p.yaml", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(!ended.errors.contains("warning"))
      #expect(!ended.errors.contains("spn/"))
      let paths = ended.output.split(separator: "\n").map(String.init)
      #expect(paths.last == "Output/tiny/samples/seed-2/samples.png")
      for path in paths { #expect(sandbox.exists(path), "\(path)") }
      #expect(try sandbox.results() == results)
    }

    @Test func aSignalStopsSeveralAtOnce() throws {
      let sandbox = try Sandbox()
      try sandbox.write(
        "p.yaml", Self.yaml.replacingOccurrences(of: "epochs: 2", with: "epochs: 50"))
      let cache = sandbox.path("Data/Cache")
      let child = try Child(["run", "p.yaml", "--workers", "2"], in: sandbox)
      let ended = try child.signal(SIGINT) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
        return names.count {
          FileManager.default.fileExists(atPath: "\(cache)/\($0)/checkpoints/epoch-0003.h5")
        } == 2
      }
      #expect(ended.status == 130, "\(ended.errors)")
      #expect(!ended.wasKilled)
      #expect(
        ended.errorLines.filter { $0.hasPrefix("tessera:") } == [
          "tessera: stopped by SIGINT; finished stages and epochs are stored, and the same command "
            + "goes on from there"
        ])
      let again = try Tessera.run("run", "p.yaml", "--workers", "2", in: sandbox)
      #expect(again.status == 0)
      for seed in [1, 2] {
        #expect(again.errors.contains("spn/seed-\(seed): continuing after epoch "))
      }
    }
  }
}
