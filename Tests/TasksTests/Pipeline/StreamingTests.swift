import Configuration
import Files
import Foundation
import Testing

extension StagesSuite {
  /// A set that is not held in memory teaches and is judged as one that is, to the last bit.
  @Suite struct StreamingTests {
    /// Chunks of a whole shard, 20 samples; windows and batches that do not divide each other.
    private func yaml(memory: Int?, train: String = "window: 12, batch: 16") -> String {
      let field = memory.map { ", memory: \($0)" } ?? ""
      return Pipelines.training(
        train: "\(train)\(field)",
        extra: "  metrics: {kind: evaluate, model: spn.model, data: shards, part: train\(field)}")
    }

    @Test(arguments: [
      "window: 12, batch: 16", "window: 1, batch: 7", "window: 64, batch: 100",
      "batch: 16, binarisation: dynamic", "batch: 16, missing: 'random:0.2'",
      "batch: 16, classes: true", "batch: 16, epochImages: 120",
      "batch: 16, leaf: {kind: vae, hidden: 4}",
    ])
    func trainingHasTheSameBits(train: String) throws {
      var hashes: [[String: String]] = []
      for memory in [nil, 0] {
        let sandbox = try Sandbox()
        let summary = try sandbox.run(yaml(memory: memory, train: train))
        let isTold = summary.notes.contains { $0.contains("read ahead from their shards") }
        #expect(isTold == (memory == 0))
        hashes.append(try sandbox.hashes("Output"))
      }
      #expect(hashes[0]["tiny/spn/model.h5"] != nil)
      #expect(hashes[0] == hashes[1])
    }

    /// Memory is no part of what a result is: the cached one stays good.
    @Test func memoryIsNoReasonToTrainAgain() throws {
      let sandbox = try Sandbox()
      try sandbox.run(yaml(memory: nil))
      #expect(try sandbox.run(yaml(memory: 0)).ran.isEmpty)
    }

    @Test func theForecastKnowsIt() throws {
      // 8 x 8 pixels: all samples, or two windows of 100 and four chunks of 256 KiB.
      let sandbox = try Sandbox(data: ToyData(train: 20_000))
      func images(_ memory: Int?) throws -> Int {
        let preview = try sandbox.runner(
          yaml(memory: memory, train: "window: 100, batch: 16")
        ).preview()
        let shares = try #require(preview.first { $0.name == "spn" }?.memory?.shares)
        return try #require(shares.first { $0.name == "images" }?.bytes)
      }
      let eachOne = 20_000 * 12 + 19_990 * 4
      #expect(try images(nil) == 20_000 * 64 + eachOne)
      // Of either part sixteen shards may be open.
      #expect(try images(0) == (200 + 4 * 4_096 + 10) * 64 + eachOne + 32_000_000)
    }

    @Test func nonsenseIsTold() throws {
      let sandbox = try Sandbox()
      for value in ["-1", "lots"] {
        let text = yaml(memory: nil).replacing("batch: 16", with: "batch: 16, memory: \(value)")
        try sandbox.write("p.yaml", text)
        let ended = try Tessera.run("run", "p.yaml", in: sandbox)
        #expect(ended.status == 78)
        #expect(
          ended.errors.contains(
            "expected an integer from 0 to 1000000000 for 'memory' in stage 'spn', found '\(value)'"
          ),
          "\(ended.errors)")
      }
    }
  }
}
