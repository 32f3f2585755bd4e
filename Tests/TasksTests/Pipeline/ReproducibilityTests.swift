import Files
import Foundation
import Testing

extension StagesSuite {
  @Suite struct ReproducibilityTests {
    @Test func everyStageWritesWhatItDeclares() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(Pipelines.all)
      #expect(
        summary.ran == Pipelines.preprocessing + ["spn", "metrics", "curve", "film", "samples"])
      #expect(summary.warnings.isEmpty)
      for file in [
        "spn/model.h5", "spn/curve.h5", "spn/curve.csv", "spn/outcome.csv",
        "metrics/metrics.h5", "metrics/metrics.csv",
        "film/film-strip.png", "samples/samples.png",
      ] {
        #expect(sandbox.exists("Output/tiny/\(file)"), "\(file)")
      }
      #expect(!sandbox.exists("Output/tiny/shards/shards"), "the cache keeps the shards")
      #expect(!sandbox.exists("Output/tiny/spn/checkpoints"), "and the checkpoints")
      let training = "Data/Cache/\(try #require(summary.stage("spn")).fingerprint)"
      for epoch in 0...3 {
        #expect(sandbox.exists("\(training)/checkpoints/epoch-000\(epoch).h5"))
      }
      #expect(try sandbox.strays().isEmpty)
      let text = try String(
        contentsOfFile: sandbox.path("Output/tiny/spn/stage.json"), encoding: .utf8)
      #expect(!text.contains(sandbox.root), "no path of this machine")
    }

    /// Every byte of every published file and of the cache, in other folders each time.
    @Test func workersAndPlacesChangeNoByte() throws {
      let one = try Sandbox()
      try one.run(Pipelines.all, workers: 1)
      let expected = try one.results()
      #expect(expected.count > 30)
      for workers in [2, 3, 3] {
        let other = try Sandbox()
        try other.run(Pipelines.all, workers: workers)
        let found = try other.results()
        #expect(Set(found.keys) == Set(expected.keys))
        let different = expected.keys.filter { found[$0] != expected[$0] }.sorted()
        #expect(different.isEmpty, "with \(workers) workers")
      }
    }

    /// Batches of several tiles, so that the sums of one step come from several workers.
    @Test func largeBatchesAreSummedInAFixedOrder() throws {
      let yaml = Pipelines.training(
        epochs: 2,
        cells: "[1, 1]",
        train: "structure: {kind: poon-domingos, steps: [4, 1]}, "
          + "units: 3, batch: 400")
      var expected: [String: String]?
      for workers in [1, 2, 5] {
        let sandbox = try Sandbox(data: ToyData(train: 450, test: 3))
        try sandbox.run(yaml, workers: workers)
        let found = try sandbox.hashes("Output")
        #expect(found == expected ?? found, "\(workers) workers")
        expected = expected ?? found
      }
    }

    /// Shards of one partition serve models of every other.
    @Test(arguments: ["threshold", "stochastic"])
    func theOrderOfTheShardsChangesNoNumber(binarisation: String) throws {
      let found = try ["[2, 2]", "[3, 5]", "[8, 8]"].map { superpixel in
        let sandbox = try Sandbox()
        try sandbox.run(
          Pipelines.training(
            epochs: 2, superpixel: superpixel, train: "batch: 16, binarisation: \(binarisation)",
            extra: Pipelines.evaluation))
        return try ["spn/outcome.csv", "metrics/metrics.csv"].map {
          try sandbox.text("Output/tiny/\($0)")
        }
      }
      #expect(found[1] == found[0])
      #expect(found[2] == found[0])
    }

    @Test func anotherSeedGivesAnotherModel() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      let before = try sandbox.hashes("Output/tiny")
      try sandbox.run(Pipelines.all.replacingOccurrences(of: "seed: 1", with: "seed: 2"))
      let after = try sandbox.hashes("Output/tiny")
      for file in ["spn/model.h5", "metrics/metrics.csv", "samples/samples.png"] {
        #expect(before[file] != after[file], "\(file)")
      }
    }
  }
}
