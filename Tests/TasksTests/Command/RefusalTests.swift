import Foundation
import Storage
import Testing

extension CommandSuite {
  /// What must not end in a crash, a number of nothing, or a false success.
  @Suite struct RefusalTests {
    @Test func moreWeightsThanCanBeCountedAreRefused() throws {
      let sandbox = try Sandbox()
      try sandbox.write(
        "p.yaml", Pipelines.training(epochs: 1, train: "units: 1024"))
      let ended = try Tessera.run(
        "run", "p.yaml", in: sandbox, environment: ["SWIFT_BACKTRACE": "enable=no"])
      #expect(!ended.wasKilled)
      #expect(ended.status == 78)
    }

    @Test func aPartWithoutImagesIsNotEvaluated() throws {
      let sandbox = try Sandbox()
      let yaml = Pipelines.training(
        epochs: 1, split: "validation: 0",
        extra: "  metrics: {kind: evaluate, model: spn.model, data: shards, part: validation}")
      #expect(throws: (any Error).self) { try sandbox.run(yaml) }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskBehindStdoutIsNoSuccess() throws {
      let sandbox = try ModelFixture.sandbox()
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let ended = try Child(["inspect", "model.h5", "--json"], in: sandbox, output: full).wait()
      #expect(ended.status == 74)
    }

    @Test func anHDF5FileOfAnotherProgramIsRefused() throws {
      let sandbox = try Sandbox()
      try HDF5File.writeAtomically(to: sandbox.path("other.h5")) {
        try $0.setAttribute("/", "format", .string("of somebody else"))
      }
      let ended = try Tessera.run("inspect", "other.h5", in: sandbox)
      #expect(ended.status == 65)
    }
  }
}
