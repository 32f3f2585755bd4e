import Configuration
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  @Suite struct ConvertTests {
    private static let leaf = "leaf: {kind: vae, hidden: 4, latent: 2}"

    private func pipeline(_ extra: String) -> String {
      Pipelines.training(
        epochs: 3, superpixel: "[4, 4]", cells: "[4, 4]", train: "batch: 16, \(Self.leaf)",
        extra: extra)
    }

    /// Three numbers with their words, and a model whose own evaluation is the last of them.
    @Test func theStageConvertsAndTrainsOn() throws {
      let sandbox = try Sandbox()
      try sandbox.run(
        pipeline(
          """
            exact: {kind: convert, model: spn.model, data: shards, nodes: 16, epochs: 8, batch: 16,
              likelihood: "quadrature:7"}
            metrics: {kind: evaluate, model: exact.model, data: shards}
          """))
      let file = try HDF5File.open(sandbox.path("Output/tiny/exact/conversion.h5"))
      let table = try file.table("/conversion")
      #expect(table["step"] == .strings(["before", "converted", "fine-tuned"]))
      #expect(table["likelihood"] == .strings(["estimate", "exact", "exact"]))
      #expect(table["estimator"] == .strings(["quadrature:7", "trained", "trained"]))
      #expect(table["images"] == .integers([20, 20, 20]))
      guard case .doubles(let means)? = table["meanLogLikelihood"] else {
        Issue.record("no means")
        return
      }
      #expect(means.allSatisfy { $0 < 0 && $0 > -200 })
      // Epochs on the same kind of images are worth more than the nodes cost.
      #expect(means[2] > means[1])
      let metrics = try HDF5File.open(sandbox.path("Output/tiny/metrics/metrics.h5"))
        .table("/metrics")
      #expect(metrics["meanLogLikelihood"] == .doubles([means[2]]))
      #expect(metrics["likelihood"] == .strings(["exact"]))
      #expect(metrics["epoch"] == .integers([8]))
    }

    @Test func theCommandPrintsEveryStepWithItsWord() throws {
      let sandbox = try Sandbox()
      try sandbox.run(pipeline(""))
      let model = "Output/tiny/spn/model.h5"
      let images = ["--images", ModelFixture.testImages]
      let plain = try Child(
        ["convert", "--model", model, "--nodes", "16", "--output", "new.h5"] + images, in: sandbox
      ).wait()
      #expect(plain.status == 0, "\(plain.errors)")
      #expect(plain.output.contains("before, 20 images: ") && plain.output.contains("estimate"))
      #expect(plain.output.contains("converted, 20 images: ") && plain.output.contains("exact"))
      #expect(plain.output.contains("can cost nats") && plain.output.contains("fine-tune"))
      #expect(!plain.output.contains("fine-tuned, "))
      // What was written gives the number that was printed.
      let evaluated = try Child(["evaluate", "--model", "new.h5"] + images, in: sandbox).wait()
      let number = try #require(evaluated.output.split(separator: ": ").last)
      #expect(plain.output.contains(number))

      let tuned = try Child(
        [
          "convert", "--model", model, "--nodes", "20", "--rule", "qmc", "--node-weights",
          "learned", "--train-images", "Data/toy/\(ToyData.trainImages)", "--fine-tune", "2",
          "--batch", "16", "--output", "tuned.h5",
        ] + images, in: sandbox
      ).wait()
      #expect(tuned.status == 0, "\(tuned.errors)")
      #expect(tuned.output.contains("fine-tuned, 20 images: "))
      let inspected = try Child(["inspect", "tuned.h5", "--json"], in: sandbox).wait()
      let fields = try ResolvedValue(json: inspected.output)
      #expect(fields["likelihood"]?.string == "exact")
    }

    @Test func whatCannotBeConvertedIsSaid() throws {
      let sandbox = try ModelFixture.sandbox()
      let bernoulli = try Child(
        ["convert", "--model", "model.h5", "--output", "new.h5"], in: sandbox
      ).wait()
      #expect(bernoulli.status == 78)
      #expect(bernoulli.errorLines.count == 1 && bernoulli.errors.contains("vae leaves"))
      try sandbox.run(pipeline(""))
      let odd = try Child(
        [
          "convert", "--model", "Output/tiny/spn/model.h5", "--nodes", "60", "--output", "new.h5",
        ], in: sandbox
      ).wait()
      #expect(odd.status == 78)
      #expect(odd.errors.contains("49 or 64") && odd.errors.contains("qmc"))
      let noImages = try Child(
        ["convert", "--model", "model.h5", "--fine-tune", "2", "--output", "new.h5"], in: sandbox
      ).wait()
      #expect(noImages.status == 64)
      #expect(!sandbox.exists("new.h5"))
    }

    /// Or the model that is written could not be read.
    @Test func moreLatentsThanMixturesHaveAreRefused() throws {
      let sandbox = try Sandbox()
      try sandbox.run(
        Pipelines.training(
          epochs: 1, superpixel: "[4, 4]",
          cells: "[4, 4]", train: "batch: 16, leaf: {kind: vae, hidden: 4, latent: 65}"))
      let many = try Child(
        [
          "convert", "--model", "Output/tiny/spn/model.h5", "--nodes", "4", "--rule", "qmc",
          "--output", "new.h5",
        ], in: sandbox
      ).wait()
      #expect(many.status == 78 && many.errors.contains("65 latents"), "\(many.errors)")
      #expect(!sandbox.exists("new.h5"))
    }
  }
}
