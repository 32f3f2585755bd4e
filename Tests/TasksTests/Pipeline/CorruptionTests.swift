import Foundation
import Testing

extension StagesSuite {
  @Suite struct CorruptionTests {
    @Test(arguments: ["shard-00001.h5", "all.h5", "manifest.json"])
    func aDamagedCacheIsNamedAndMadeAgain(file: String) throws {
      let sandbox = try Sandbox()
      let first = try sandbox.run(Pipelines.all)
      let before = try sandbox.results()
      let folder = try #require(first.stage("shards")).fingerprint
      let name = "Data/Cache/\(folder)/shards/\(file)"
      try sandbox.damage(name)
      #expect(try sandbox.results() != before)

      let again = try sandbox.run(Pipelines.all)
      #expect(again.ran == ["shards"], "what follows is still whole")
      #expect(again.warnings.count == 1)
      #expect(again.warnings.allSatisfy { $0.contains(folder) && $0.contains("shards/\(file)") })
      #expect(try sandbox.results() == before)
    }

    /// Damage and a change that needs the damaged result, in one run.
    @Test func aDamagedResultIsNotReadByWhatFollows() throws {
      let sandbox = try Sandbox()
      let first = try sandbox.run(Pipelines.all)
      let folder = try #require(first.stage("shards")).fingerprint
      try sandbox.damage("Data/Cache/\(folder)/shards/shard-00000.h5")
      let changed = Pipelines.all.replacingOccurrences(of: "batch: 16", with: "batch: 20")
      let again = try sandbox.run(changed)
      #expect(again.ran.prefix(2) == ["shards", "spn"])

      let clean = try Sandbox()
      try clean.run(changed)
      #expect(try sandbox.hashes("Output") == clean.hashes("Output"))
    }

    @Test func aMissingCachedFileIsMadeAgain() throws {
      let sandbox = try Sandbox()
      let first = try sandbox.run(Pipelines.all)
      let before = try sandbox.results()
      let folder = try #require(first.stage("spn")).fingerprint
      try FileManager.default.removeItem(
        atPath: sandbox.path("Data/Cache/\(folder)/checkpoints/epoch-0001.h5"))
      let again = try sandbox.run(Pipelines.all)
      #expect(again.ran == ["spn"])
      #expect(again.warnings.contains { $0.contains("epoch-0001.h5") })
      #expect(try sandbox.results() == before)
    }

    @Test func editedAndMissingPublishedFilesComeBack() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      let before = try sandbox.results()
      try sandbox.write("Output/tiny/metrics/metrics.csv", "edited\n")
      try sandbox.damage("Output/tiny/spn/model.h5")
      try FileManager.default.removeItem(atPath: sandbox.path("Output/tiny/samples/samples.png"))
      let again = try sandbox.run(Pipelines.all)
      #expect(again.ran.isEmpty)
      #expect(!again.didNothing)
      for (stage, file) in [
        ("metrics", "metrics.csv"), ("spn", "model.h5"), ("samples", "samples.png"),
      ] {
        #expect(again.stage(stage)?.status == .restored)
        #expect(again.events.contains(.stageRestored(stage: stage, files: [file])))
      }
      #expect(try sandbox.results() == before)
    }

    /// A user's own file beside the results stays.
    @Test func strangersFilesInTheOutputStay() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.all)
      try sandbox.write("Output/tiny/spn/notes.txt", "mine\n")
      try sandbox.run(Pipelines.all.replacingOccurrences(of: "epochs: 3", with: "epochs: 1"))
      #expect(sandbox.exists("Output/tiny/spn/notes.txt"))
    }
  }
}
