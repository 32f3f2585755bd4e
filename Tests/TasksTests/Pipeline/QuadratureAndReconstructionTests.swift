import Configuration
import Files
import Storage
import Tasks
import Testing

extension StagesSuite {
  @Suite struct QuadratureAndReconstructionTests {
    private func yaml(_ leaf: String, _ extra: String) -> String {
      Pipelines.training(
        cells: "[4, 4]", train: "units: 2, leaf: \(leaf), batch: 16", extra: extra)
    }

    private let vae = "{kind: vae, hidden: 5, latent: 2}"

    @Test func quadratureIsAnEstimate() throws {
      let sandbox = try Sandbox()
      let metrics = """
          metrics: {kind: evaluate, model: spn.model, data: shards,
            likelihood: ["iwae:300", "quadrature:7", "quadrature:15"]}
        """
      _ = try sandbox.run(yaml(vae, metrics))
      let table = try HDF5File.open(sandbox.path("Output/tiny/metrics/metrics.h5"))
        .table("/metrics")
      #expect(table["likelihood"] == .strings(["lowerBound", "estimate", "estimate"]))
      guard case .doubles(let means)? = table["meanLogLikelihood"] else {
        Issue.record("no means")
        return
      }
      #expect(abs(means[1] - means[0]) < 0.2 && abs(means[2] - means[1]) < 0.05)

      let arguments = [
        "evaluate", "--model", "Output/tiny/spn/model.h5", "--images",
        ModelFixture.testImages, "--json", "--likelihood",
      ]
      let ended = try Child(arguments + ["quadrature:7"], in: sandbox).wait()
      #expect(try ResolvedValue(json: ended.output)["meanLogLikelihood"]?.real == means[1])
      #expect(try ResolvedValue(json: ended.output)["likelihood"]?.string == "estimate")
      for wrong in ["quadrature:1", "quadrature:65", "quadrature", "quadrature:x"] {
        #expect(try Child(arguments + [wrong], in: sandbox).wait().status == 64)
      }
    }

    @Test func tooManyLatentsAreAMistakeOfTheConfiguration() throws {
      let sandbox = try Sandbox()
      _ = try sandbox.run(yaml("{kind: vae, hidden: 5, latent: 9}", ""))
      let ended = try Child(
        [
          "evaluate", "--model", "Output/tiny/spn/model.h5", "--images",
          ModelFixture.testImages, "--likelihood", "quadrature:7",
        ], in: sandbox
      ).wait()
      #expect(ended.status == 78)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.contains("7 nodes for each of the model's 9 latents"))
    }

    @Test func reconstructionsArePublished() throws {
      let sandbox = try Sandbox()
      let stage = """
          both: {kind: reconstruct, model: spn.model, data: shards, count: 7, columns: 3,
            magnification: 2}
        """
      _ = try sandbox.run(yaml(vae, stage))
      let picture = try PNGFile.read(sandbox.path("Output/tiny/both/reconstructions.png"))
      // Three images of 8 pixels, twice as large, 2 between; three pairs of rows, 8 between.
      #expect(picture.width == 3 * 16 + 2 * 2)
      #expect(picture.height == 3 * (16 + 2 + 16) + 2 * 8)
    }

    @Test func modelsWithoutEncodersAreRefused() throws {
      let sandbox = try Sandbox()
      let stage = "  both: {kind: reconstruct, model: spn.model, data: shards}"
      let fault = #expect(throws: (any Error).self) {
        try sandbox.run(
          Pipelines.training(cells: "[4, 4]", train: "batch: 16", extra: stage))
      }
      #expect((fault as? any Fault)?.exitCode == .configuration)
      #expect(fault.map { "\($0)".contains("bernoulli leaves") } == true)
      #expect(!sandbox.exists("Output/tiny/both/reconstructions.png"))
    }
  }
}
