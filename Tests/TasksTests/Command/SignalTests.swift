import Files
import Foundation
import Testing

extension CommandSuite {
  @Suite struct SignalTests {
    /// Long enough to be met in the middle: some fifty checkpoints, each forced to disk.
    private static let yaml = Pipelines.training(
      epochs: 50,
      cells: "[1, 1]",
      train: "structure: {kind: poon-domingos, steps: [4, 1]}, "
        + "batch: 8", extra: Pipelines.evaluation)

    /// What an uninterrupted run leaves.
    private static let expected = Result {
      let sandbox = try Sandbox()
      try sandbox.run(yaml)
      return try sandbox.results()
    }

    private func start(in sandbox: Sandbox) throws -> Child {
      try sandbox.write("p.yaml", Self.yaml)
      return try Child(["run", "p.yaml"], in: sandbox)
    }

    /// Whether the checkpoint of an epoch is there, in the folder of an unfinished stage.
    private func hasCheckpoint(_ epoch: Int, in sandbox: Sandbox) -> Bool {
      let cache = sandbox.path("Data/Cache")
      let folders = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
      return folders.filter { $0.hasSuffix(".partial") }.contains {
        let number = epoch < 10 ? "000\(epoch)" : "00\(epoch)"
        return FileManager.default.fileExists(
          atPath: joinPath(cache, $0, "checkpoints", "epoch-\(number).h5"))
      }
    }

    @Test(
      arguments: [(SIGINT, 130, "SIGINT"), (SIGTERM, 143, "SIGTERM")] as [(Int32, Int32, String)])
    func aSignalStopsCleanlyAndTheNextRunContinues(
      signal: Int32, status: Int32, name: String
    ) throws {
      let sandbox = try Sandbox()
      let child = try start(in: sandbox)
      let asked = Date()
      let ended = try child.signal(signal) { hasCheckpoint(5, in: sandbox) }
      #expect(ended.status == status)
      #expect(!ended.wasKilled)
      #expect(Date().timeIntervalSince(asked) < 15)
      #expect(
        ended.errorLines.last
          == "tessera: stopped by \(name); finished stages and epochs are stored, and the same "
          + "command goes on from there")
      #expect(ended.errorLines.filter { $0.hasPrefix("tessera:") }.count == 1)
      #expect(ended.output.isEmpty)
      #expect(!sandbox.exists("Output/tiny/spn/model.h5"))

      let again = try start(in: sandbox).wait()
      #expect(again.status == 0)
      #expect(again.errors.contains("spn: continues an interrupted run\n"))
      #expect(again.errors.contains("spn: continuing after epoch "))
      #expect(try sandbox.results() == Self.expected.get())
    }

    @Test func killedInMidTrainingTheNextRunContinues() throws {
      let sandbox = try Sandbox()
      for epoch in [1, 12, 30] {
        let ended = try start(in: sandbox).signal(SIGKILL) { hasCheckpoint(epoch, in: sandbox) }
        #expect(ended.wasKilled)
        #expect(!sandbox.exists("Output/tiny/spn/model.h5"))
      }
      let again = try start(in: sandbox).wait()
      #expect(again.status == 0)
      // A kill between two files of an epoch is told; nothing else is wrong.
      let warnings = again.errorLines.filter { $0.contains("warning") }
      #expect(warnings.allSatisfy { $0.contains("its epochs are worked again") }, "\(warnings)")
      let epochs = again.errors.components(separatedBy: "spn: epoch ").count - 1
      // The snapshot seen may be an epoch ahead of the checkpoint to continue from.
      #expect(epochs <= 21, "after epoch 30, \(epochs) more")
      #expect(try sandbox.results() == Self.expected.get())
    }

    /// Wherever it happens to be: reading, writing shards, drawing, publishing.
    @Test func killedAnywhereTheNextRunEndsWithTheSameBytes() throws {
      let sandbox = try Sandbox()
      for milliseconds in stride(from: 15, through: 255, by: 20) {
        let child = try start(in: sandbox)
        usleep(UInt32(milliseconds) * 1_000)
        kill(child.identifier, SIGKILL)
        _ = try child.wait()
      }
      #expect(try start(in: sandbox).wait().status == 0)
      #expect(try sandbox.results() == Self.expected.get())
    }
  }
}
