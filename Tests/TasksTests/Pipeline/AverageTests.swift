import Circuits
import Files
import Foundation
import Models
import Storage
import Testing
import Workflow

import Tasks

extension StagesSuite {
  /// The mean of a training's parameters over its last epochs.
  @Suite struct AverageTests {
    /// Steps so long that parameters wander: averages are better on the training images than the best epoch by validation.
    private static let yaml = Pipelines.training(
      epochs: 6,
      train: "batch: 2, units: 4, structure: quad-tree, products: elementwise, keep: last, "
        + "learner: {kind: adam, rate: 0.3}",
      extra: """
          averaged: {kind: average, checkpoints: spn.checkpoints, data: shards, part: train, most: 4}
          metrics: {kind: evaluate, model: averaged.model, data: shards, part: train}
        """)

    @Test func theBestAverageIsKept() throws {
      let sandbox = try Sandbox()
      try sandbox.run(Self.yaml)
      let table = try String(
        contentsOfFile: sandbox.path("Output/tiny/averaged/averages.csv"), encoding: .utf8)
      let values = table.split(separator: "\n").dropFirst().compactMap {
        $0.split(separator: ",").last.flatMap { Double($0) }
      }
      // Six epochs, and means of two, three and four.
      try #require(values.count == 9)
      let place = try #require(values.indices.max { values[$0] < values[$1] })
      let best = place - 5
      try #require(best > 0, "no average was better: \(values)")
      let metrics = try HDF5File.open(sandbox.path("Output/tiny/metrics/metrics.h5"))
        .table("/metrics")
      guard case .doubles(let means)? = metrics["meanLogLikelihood"] else {
        Issue.record("no mean")
        return
      }
      #expect(abs(means[0] - values[place]) < 1e-9)

      let folder = try #require(
        try DurableFile.listTree(sandbox.path("Data/Cache")).first {
          $0.hasSuffix("checkpoints/epoch-0006.h5")
        })
      let epochs = try (6 - best...6).map {
        try ModelFile.read(
          sandbox.path("Data/Cache/\(folder.dropLast("epoch-0006.h5".count))epoch-000\($0).h5"))
      }
      let model = try ModelFile.read(sandbox.path("Output/tiny/averaged/model.h5"))
      #expect(epochs.map(\.epoch) == Array(6 - best...6))
      for place in 0..<model.parameters.count {
        let sum = epochs.reduce(0) { $0 + Double($1.parameters.values.array[place]) }
        let mean = Float(sum / Double(epochs.count))
        guard model.parameters.values.array[place] != mean else { continue }
        Issue.record("parameter \(place): \(model.parameters.values.array[place]), not \(mean)")
        return
      }
    }

    /// Of a training whose last epochs are worse than an earlier one.
    @Test func anEpochThatIsBetterIsKept() throws {
      let sandbox = try Sandbox()
      let yaml = Pipelines.training(
        epochs: 3,
        train: "batch: 16, units: 2, learner: {kind: adam, rate: 0.2, schedule: "
          + "{kind: linear, epochs: [0, 1, 1.1], factors: [1, 1, 100]}}",
        extra: """
            averaged: {kind: average, checkpoints: spn.checkpoints, data: shards, most: 2}
          """)
      try sandbox.run(yaml)
      let kept = try ModelFile.read(sandbox.path("Output/tiny/averaged/model.h5"))
      let best = try ModelFile.read(sandbox.path("Output/tiny/spn/model.h5"))
      #expect(best.epoch < 3)
      #expect(kept.epoch == best.epoch && kept.learner.step == best.learner.step)
      #expect(kept.parameters.values.array == best.parameters.values.array)
    }

    /// Epochs are compared on the images of `part`, and on what the training saw of them.
    @Test(arguments: ["validation: 0", "validation: 10"])
    func epochsAreComparedOnTheImagesThatAreAsked(split: String) throws {
      let sandbox = try Sandbox()
      let yaml = Pipelines.training(
        epochs: 3, split: split,
        train: "batch: 16, units: 2, missing: left, learner: {kind: adam, rate: 0.2, schedule: "
          + "{kind: linear, epochs: [0, 1, 1.1], factors: [1, 1, 100]}}",
        extra: """
            averaged: {kind: average, checkpoints: spn.checkpoints, data: shards, part: train, missing: left}
            metrics: {kind: evaluate, model: averaged.model, data: shards, part: train, hide: left}
          """)
      try sandbox.run(yaml)
      let table = try String(
        contentsOfFile: sandbox.path("Output/tiny/averaged/averages.csv"), encoding: .utf8)
      let values = table.split(separator: "\n").dropFirst().compactMap {
        $0.split(separator: ",").last.flatMap { Double($0) }
      }
      try #require(values.count == 5)
      let metrics = try HDF5File.open(sandbox.path("Output/tiny/metrics/metrics.h5"))
        .table("/metrics")
      guard case .doubles(let means)? = metrics["meanLogLikelihood"] else {
        Issue.record("no mean")
        return
      }
      #expect(abs(means[0] - (values.max() ?? .nan)) < 1e-6)
    }

    /// Nothing that is computed from a training that diverged counts as finished.
    @Test func aTrainingThatDivergedIsTold() throws {
      let sandbox = try Sandbox()
      let yaml = Pipelines.training(
        epochs: 4,
        train: "batch: 16, units: 2, learner: {kind: adam, rate: 0.1, schedule: "
          + "{kind: linear, epochs: [0, 2, 2.1], factors: [1, 1, 1000]}}",
        extra: """
            averaged: {kind: average, checkpoints: spn.checkpoints, data: shards}
            before: {kind: evaluate, model: spn.model, data: shards}
            after: {kind: evaluate, model: averaged.model, data: shards}
          """)
      try sandbox.run(yaml)
      func training(_ stage: String) throws -> [String] {
        let table = try HDF5File.open(sandbox.path("Output/tiny/\(stage)/metrics.h5"))
          .table("/metrics")
        guard case .strings(let words)? = table["training"] else { return [] }
        return words
      }
      #expect(try training("after") == training("before"))
    }

    @Test func anEmptyPartIsToldWithItsPlace() throws {
      let sandbox = try Sandbox()
      try ToyData().write(to: sandbox.path("Data/toy"))
      try sandbox.write(
        "wrong.yaml",
        Pipelines.training(
          split: "validation: 0",
          extra: "  averaged: {kind: average, checkpoints: spn.checkpoints, data: shards}"))
      let ended = try Tessera.run("run", "wrong.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains("wrong.yaml:"), "\(ended.errors)")
      #expect(ended.errors.contains("validation"), "\(ended.errors)")
    }

    @Test func resultsDoNotDependOnWorkers() throws {
      let (one, three) = (try Sandbox(), try Sandbox())
      try one.run(Self.yaml)
      try three.run(Self.yaml, workers: 3)
      #expect(try one.results() == three.results())
    }
  }
}
