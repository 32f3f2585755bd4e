import Foundation
import Testing

extension StagesSuite {
  @Suite struct CachingTests {
    private static let following = ["spn", "metrics", "curve", "film", "samples"]

    @Test func aSecondRunDoesNothing() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      let before = try sandbox.results()
      let again = try sandbox.run(Pipelines.all)
      #expect(again.didNothing)
      #expect(again.ran.isEmpty)

      try sandbox.touchEverything()
      #expect(try sandbox.run(Pipelines.all).didNothing, "after touching every file")

      try sandbox.move()
      #expect(try sandbox.run(Pipelines.all).didNothing, "after moving the tree")
      #expect(try sandbox.run(Pipelines.all, workers: 5).didNothing, "with other workers")
      #expect(try sandbox.results() == before)
    }

    @Test(arguments: [
      ("seed: 1", "seed: 2", following),
      ("epochs: 3", "epochs: 4", following),
      ("batch: 16", "batch: 17", following),
      ("count: 9", "count: 8", ["samples"]),
      ("part: test", "part: validation", ["metrics"]),
      ("samplesPerShard: 20", "samplesPerShard: 30", ["shards"] + following),
      ("superpixel: [4, 4]", "superpixel: [2, 4]", ["superpixels", "shards"] + following),
      ("superpixel: [2, 2]", "superpixel: [2, 4]", ["cells"] + following),
      ("validation: 10", "validation: 11", ["parts", "shards"] + following),
      ("name: tiny", "name: other", ["film", "samples"]),
    ])
    func aChangeRunsWhatDependsOnItAndNothingElse(
      old: String, new: String, expected: [String]
    ) throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      let yaml = Pipelines.all.replacingOccurrences(of: old, with: new)
      try #require(yaml != Pipelines.all)
      // Metrics depend on the model's bytes only through the fingerprint of what made them.
      let summary = try sandbox.run(yaml)
      #expect(summary.ran == expected)
      #expect(try sandbox.run(yaml).didNothing)
    }

    @Test func changedRawDataRunsEverything() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      try ToyData(train: 61).write(to: sandbox.path("Data/toy"))
      let summary = try sandbox.run(Pipelines.all)
      #expect(summary.ran == Pipelines.preprocessing + Self.following)
    }

    /// A run with the changed file back in place finds what it made before.
    @Test func goingBackIsCached() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      let before = try sandbox.hashes("Output")
      let changed = Pipelines.all.replacingOccurrences(of: "epochs: 3", with: "epochs: 1")
      try sandbox.run(changed)
      #expect(try sandbox.hashes("Output") != before)
      let back = try sandbox.run(Pipelines.all)
      #expect(back.ran.isEmpty)
      #expect(try sandbox.hashes("Output") == before)
    }
  }
}
