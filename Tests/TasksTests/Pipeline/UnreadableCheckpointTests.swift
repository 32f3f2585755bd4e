import Configuration
import Files
import Foundation
import Testing
import Workflow

extension StagesSuite {
  /// What a stopped training left, where a file of it is missing or cannot be read now.
  @Suite struct UnreadableCheckpointTests {
    private static let yaml = Pipelines.training(epochs: 3)

    /// A training that was stopped in its last epoch, and the folder that it left.
    private func stopped() throws -> (sandbox: Sandbox, folder: String) {
      let sandbox = try Sandbox()
      let cancellation = Cancellation()
      let runner = try sandbox.runner(Self.yaml, cancellation: cancellation) { event in
        if case .progress("spn", let done, _, _, _) = event, done > Pipelines.imagesOfEpoch * 2 {
          cancellation.cancel(signal: 2)
        }
      }
      #expect(throws: Interrupted.self) { try runner.run() }
      let name = try DurableFile.names(in: sandbox.path("Data/Cache"))
        .first { $0.hasSuffix(".partial") }
      return (sandbox, "Data/Cache/\(try #require(name))")
    }

    @Test(arguments: [
      "scratch/snapshot-0.sha256", "scratch/whole-2.sha256", "scratch/epoch-0002.h5",
      "checkpoints/epoch-0001.h5",
    ])
    func aFileThatCannotBeReadEndsTheRunAndLosesNothing(file: String) throws {
      let (sandbox, folder) = try stopped()
      let path = sandbox.path("\(folder)/\(file)")
      let before = try sandbox.hashes(folder)
      try DurableFile.move(path, to: path + ".aside")
      #expect(symlink((path as NSString).lastPathComponent, path) == 0)
      let fault = #expect(throws: StageFault.self) { try sandbox.run(Self.yaml) }
      #expect(fault?.exitCode == .inputOutput, "\(String(describing: fault))")
      #expect(fault?.description.contains(file) == true)
      try DurableFile.remove(path)
      try DurableFile.move(path + ".aside", to: path)
      #expect(try sandbox.hashes(folder) == before)
      #expect(try sandbox.run(Self.yaml).notes.contains("continuing after epoch 2"))
    }

    /// Told by name, and why: nothing starts again in silence.
    @Test(arguments: [
      ("scratch/snapshot-0.sha256", "checkpoints/epoch-0000.h5", "is missing", 0),
      ("scratch/whole-2.sha256", "scratch/epoch-0002.h5", "is missing", 1),
      ("scratch/epoch-0002.h5", "checkpoints/epoch-0002.h5", "is not there", 1),
      ("checkpoints/epoch-0000.h5", "checkpoints/epoch-0000.h5", "is missing", 0),
    ])
    func whatIsMissingIsTold(removed: String, told: String, reason: String, epoch: Int) throws {
      let (sandbox, folder) = try stopped()
      try DurableFile.remove(sandbox.path("\(folder)/\(removed)"))
      let summary = try sandbox.run(Self.yaml)
      #expect(summary.warnings.count == 1, "\(summary.warnings)")
      #expect(summary.warnings.allSatisfy { $0.contains(told) && $0.contains(reason) })
      #expect(summary.notes.contains("continuing after epoch \(epoch)") == (epoch > 0))
    }
  }
}
