import Configuration
import Files
import Foundation
import Storage
import Testing
import Workflow

extension StagesSuite {
  /// Structures and products from YAML to a stored model that is asked.
  @Suite struct StructurePipelineTests {
    private func yaml(_ train: String, statistics partition: String = "cells") -> String {
      Pipelines.training(
        epochs: 2, train: "batch: 16, units: 4, \(train)",
        extra: """
            information: {kind: mutual-information, data: shards, partition: \(partition), images: 40}
            metrics: {kind: evaluate, model: spn.model, data: shards, part: test}
            check: {kind: certify, model: spn.model}
          """)
    }

    @Test(arguments: [
      "structure: chow-liu, products: elementwise, statistics: information",
      "structure: quad-tree, products: elementwise",
      "structure: {kind: halving, cuts: both}, products: elementwise",
      "structure: quad-tree, products: elementwise, share: all, "
        + "leaf: {kind: mixture, emission: categorical, nodes: 4, hidden: 3, latent: 1}, binarisation: none",
      "structure: quad-tree, products: elementwise, classes: true, "
        + "learner: {kind: em, step: 0.3}",
      "structure: {kind: halving, cuts: both}, products: elementwise, "
        + "weights: {kind: functional, frequencies: 4, hidden: 6}",
      "structure: quad-tree, products: elementwise, leafSums: true, share: leaves",
      "structure: quad-tree, products: elementwise, classes: true, share: sums, "
        + "weights: {kind: functional, frequencies: 4, hidden: 6, shared: level}",
    ])
    func modelsAreTrainedStoredAndCertified(train: String) throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(yaml(train))
      try expectCertified(in: sandbox)
      let ended = try Tessera.run("inspect", "Output/tiny/spn/model.h5", "--json", in: sandbox)
      let fields = try ResolvedValue(json: ended.output).mapping
      #expect(fields?["products"] == .string("elementwise"))
      #expect(
        fields?["weights"] == .string(train.contains("functional") ? "functional" : "free"))
      #expect(fields?["regions"]?.integer ?? 0 > 16)
      if train.contains("statistics") {
        let file =
          "Data/Cache/\(try #require(summary.stage("information")).fingerprint)/information.h5"
        let told = try Tessera.run("inspect", file, "--json", in: sandbox)
        #expect(
          try ResolvedValue(json: told.output).mapping?["superpixels"] == .integer(16),
          "\(told.errors)")
      }
      // One worker or three: the same files.
      let other = try Sandbox()
      try other.run(yaml(train), workers: 3)
      #expect(try sandbox.results() == other.results())
    }

    @Test(arguments: [
      ("structure: chow-liu, products: elementwise", "expected statistics"),
      ("statistics: information", "structure poon-domingos needs none"),
      ("structure: quad-tree", "expected products: elementwise"),
      ("products: dens", "did you mean"),
      ("leafSums: true", "expected products: elementwise"),
      ("weights: functional", "expected products: elementwise, found dense"),
      ("products: elementwise, weights: functional, learner: em", "which em takes: expected adam"),
      (
        "products: elementwise, weights: functional, learner: mixed",
        "which mixed takes: expected adam"
      ),
      (
        "products: elementwise, weights: functional, learner: anemone",
        "which anemone takes: expected adam"
      ),
      ("share: all, initialisation: k-means, learner: em", "expected random, or share: sums"),
      ("structure: chow-liu, products: elementwise, statistics: shards", "statistics"),
    ])
    func mistakesAreToldBeforeAnyWork(train: String, message: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("wrong.yaml", yaml(train))
      let ended = try Tessera.run("run", "wrong.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains(message), "\(ended.errors)")
      #expect(ended.errors.contains("wrong.yaml:"), "\(ended.errors)")
    }

    private static let onward =
      "kind: train, data: shards, partition: cells, batch: 16, epochs: 1, start: spn.model"

    /// Of a model that goes on training, and of both under one sum.
    @Test func modelsGoOnAndAreJoined() throws {
      let sandbox = try Sandbox()
      let tree = "structure: quad-tree, products: elementwise"
      let yaml = Pipelines.training(
        epochs: 4, train: "batch: 16, units: 4, \(tree), learner: {kind: em, step: 0.3}",
        extra: """
            fresh: {kind: train, data: shards, partition: cells, batch: 16, units: 4, epochs: 1, \(tree), learner: em}
            fresh-metrics: {kind: evaluate, model: fresh.model, data: shards, part: train}
            onward: {\(Self.onward), units: 4, \(tree), learner: em, keep: last}
            halves: {kind: train, data: shards, partition: cells, batch: 16, units: 4, epochs: 1,
              structure: {kind: halving, cuts: both}, products: elementwise}
            both: {kind: ensemble, models: [onward.model, halves.model], data: shards}
            check: {kind: certify, model: both.model}
            spn-metrics: {kind: evaluate, model: spn.model, data: shards, part: train}
            onward-metrics: {kind: evaluate, model: onward.model, data: shards, part: train}
            onward-validation: {kind: evaluate, model: onward.model, data: shards, part: validation}
            halves-validation: {kind: evaluate, model: halves.model, data: shards, part: validation}
            both-validation: {kind: evaluate, model: both.model, data: shards, part: validation}
          """)
      try sandbox.run(yaml)
      func mean(_ stage: String) throws -> Double {
        let table = try HDF5File.open(sandbox.path("Output/tiny/\(stage)/metrics.h5"))
          .table("/metrics")
        guard case .doubles(let values)? = table["meanLogLikelihood"] else { return .nan }
        return values[0]
      }
      // A full-batch step never lowers the likelihood of what it began with; of fresh parameters it is worse.
      #expect(try mean("onward-metrics") > mean("spn-metrics"))
      #expect(try mean("onward-metrics") > mean("fresh-metrics"))
      // Weights that are fitted to these images are at least as good as the best member alone.
      #expect(
        try mean("both-validation")
          >= max(mean("onward-validation"), mean("halves-validation")) - 1e-3)
      try expectCertified(in: sandbox)
      let other = try Sandbox()
      try other.run(yaml, workers: 3)
      #expect(try sandbox.results() == other.results())
    }

    /// The certificate of the stage `check` has checks, none of which failed.
    private func expectCertified(in sandbox: Sandbox) throws {
      let certificate = try HDF5File.open(sandbox.path("Output/tiny/check/certificate.h5"))
        .table("/certificate")
      guard case .strings(let outcomes)? = certificate["outcome"] else {
        Issue.record("no outcomes")
        return
      }
      #expect(!outcomes.contains("failed"), "\(outcomes)")
    }

    /// Members with dense products, with superpixels of another size, and one of one region.
    @Test(arguments: [("dense", "[2, 2]"), ("dense", "[4, 8]"), ("elementwise", "[8, 8]")])
    func denseProductsAndOtherSuperpixelsAreJoined(products: String, cells: String) throws {
      let sandbox = try Sandbox()
      let model = "batch: 16, units: 3, structure: halving, products: \(products)"
      let yaml = Pipelines.training(
        epochs: 1, train: model,
        extra: """
            others: {kind: partition, images: digits, superpixel: \(cells)}
            other: {kind: train, data: shards, partition: others, epochs: 1, \(model)}
            both: {kind: ensemble, models: [spn.model, other.model], data: shards}
            check: {kind: certify, model: both.model}
            samples: {kind: sample, model: both.model, data: shards, count: 4, columns: 2}
          """)
      try sandbox.run(yaml)
      try expectCertified(in: sandbox)
    }

    @Test(arguments: [
      ("onward: {\(onward), units: 3}", "units: expected 3, found 4"),
      ("onward: {\(onward), units: 4}", "regions: expected"),
      ("onward: {\(onward), units: 4, leaf: gaussian, binarisation: none}", "leaf: expected"),
      (
        "onward: {\(onward), units: 4, learner: em, initialisation: k-means}",
        "parameters begin as those of start"
      ),
      ("onward: {\(onward), units: 4, weightSpread: 1}", "parameters begin as those of start"),
      ("both: {kind: ensemble, models: [spn.model], data: shards}", "expected two models or more"),
      ("both: {kind: ensemble, models: [], data: shards}", "expected two models or more"),
      (
        """
        tree: {kind: train, data: shards, batch: 16, units: 4, structure: quad-tree, products: elementwise, epochs: 1}
          both: {kind: ensemble, models: [spn.model, tree.model], data: shards}
        """, "products: expected dense, found elementwise"
      ),
    ])
    func modelsThatDoNotFitAreRefusedBeforeAnyWork(stage: String, message: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write(
        "wrong.yaml",
        Pipelines.training(
          epochs: 1, train: "batch: 16, units: 4, structure: {kind: halving, cuts: one}",
          extra: "  \(stage)"))
      let ended = try Tessera.run("run", "wrong.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors.contains(message), "\(ended.errors)")
      #expect(ended.errors.contains("wrong.yaml:"), "\(ended.errors)")
    }

    @Test func statisticsOfOtherSuperpixelsAreRefused() throws {
      let sandbox = try Sandbox()
      try sandbox.write(
        "wrong.yaml",
        yaml(
          "structure: chow-liu, products: elementwise, statistics: information",
          statistics: "superpixels"))
      let ended = try Tessera.run("run", "wrong.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(
        ended.errors.contains("expected mutual information of superpixels of 2 x 2"),
        "\(ended.errors)")
    }
  }
}
