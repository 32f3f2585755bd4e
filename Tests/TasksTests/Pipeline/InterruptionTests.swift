import Configuration
import Foundation
import Synchronization
import Testing
import Workflow

extension StagesSuite {
  @Suite struct InterruptionTests {
    private static let yaml = Pipelines.training(epochs: 4, extra: Pipelines.evaluation)

    /// What an uninterrupted run leaves.
    private static let expected = Result {
      let sandbox = try Sandbox()
      try sandbox.run(yaml)
      return try sandbox.results()
    }

    @Test(arguments: [(Int32(2), ExitCode.interrupted), (15, .terminated)])
    func aStoppedRunContinuesWithTheSameBytes(signal: Int32, code: ExitCode) throws {
      let sandbox = try Sandbox()
      let cancellation = Cancellation()
      let runner = try sandbox.runner(Self.yaml, cancellation: cancellation) { event in
        if case .progress("spn", let done, _, _, _) = event, done > Pipelines.imagesOfEpoch + 16 {
          cancellation.cancel(signal: signal)
        }
      }
      let fault = #expect(throws: Interrupted.self) { try runner.run() }
      #expect(fault?.exitCode == code)
      #expect(!sandbox.exists("Output/tiny/spn/model.h5"), "nothing half-made is published")

      let summary = try sandbox.run(Self.yaml)
      #expect(summary.ran == ["spn", "metrics", "curve", "film", "samples"])
      #expect(summary.notes.contains("continuing after epoch 1"))
      #expect(summary.warnings.isEmpty)
      #expect(try sandbox.results() == Self.expected.get())
    }

    /// Stopped again and again, an epoch further each time.
    @Test func manyStopsChangeNothing() throws {
      let sandbox = try Sandbox()
      for stop in 1...3 {
        let cancellation = Cancellation()
        let runner = try sandbox.runner(Self.yaml, cancellation: cancellation) { event in
          if case .progress("spn", let done, _, _, _) = event, done > Pipelines.imagesOfEpoch * stop
          {
            cancellation.cancel(signal: 2)
          }
        }
        #expect(throws: Interrupted.self) { try runner.run() }
      }
      let summary = try sandbox.run(Self.yaml)
      #expect(summary.notes.contains("continuing after epoch 3"))
      #expect(try sandbox.results() == Self.expected.get())
    }

    /// Damaged, cut, foreign or empty: told by name, and trained from the newest one that is whole.
    @Test(arguments: Harm.allCases, ["checkpoints", "scratch"])
    func aDamagedCheckpointIsNamedAndNotUsed(harm: Harm, place: String) throws {
      let sandbox = try Sandbox()
      let cancellation = Cancellation()
      let runner = try sandbox.runner(Self.yaml, cancellation: cancellation) { event in
        if case .progress("spn", let done, _, _, _) = event, done > Pipelines.imagesOfEpoch * 2 {
          cancellation.cancel(signal: 2)
        }
      }
      #expect(throws: Interrupted.self) { try runner.run() }
      let folder = try #require(
        try FileManager.default.contentsOfDirectory(atPath: sandbox.path("Data/Cache"))
          .first { $0.hasSuffix(".partial") })
      let partial = "Data/Cache/\(folder)"
      try harm.apply(
        to: "\(partial)/\(place)/epoch-0002.h5",
        or: "\(partial)/checkpoints/epoch-0000.h5", in: sandbox)

      let summary = try sandbox.run(Self.yaml)
      let (found, expected) = (try sandbox.results(), try Self.expected.get())
      #expect(summary.warnings.count == 1, "\(summary.warnings)")
      #expect(summary.warnings.allSatisfy { $0.contains("epoch-0002.h5") })
      #expect(summary.notes.contains("continuing after epoch 1"))
      #expect(found == expected)
    }
  }

  enum Harm: CaseIterable {
    case truncated, empty, text, otherEpoch, header, bit

    func apply(to name: String, or other: String, in sandbox: Sandbox) throws {
      let url = URL(filePath: sandbox.path(name))
      var bytes = try Data(contentsOf: url)
      switch self {
      case .truncated: bytes = bytes.prefix(bytes.count / 2)
      case .empty: bytes = Data()
      case .text: bytes = Data("no HDF5\n".utf8)
      case .header: bytes[0] ^= 0xff
      case .bit: bytes[bytes.count / 2] ^= 0x10
      case .otherEpoch:
        bytes = try Data(contentsOf: URL(filePath: sandbox.path(other)))
      }
      try bytes.write(to: url)
    }
  }
}
