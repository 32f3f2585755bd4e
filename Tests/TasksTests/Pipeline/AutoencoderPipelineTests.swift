import Configuration
import Files
import Storage
import Testing

extension StagesSuite {
  /// Networks as leaves, through every stage: the noise is keyed, so nothing may depend on workers.
  @Suite struct AutoencoderPipelineTests {
    static let leaves = [
      "{kind: vae, hidden: 5, latent: 2}",
      "{kind: vae, hidden: 4, latent: 3, activation: relu, value: iwae, samples: 3}",
      "{kind: vae, hidden: 4, latent: 1, activation: softplus, value: elbo}",
    ]

    private func yaml(_ leaf: String, superpixel: String = "[4, 4]", units: Int = 2) -> String {
      Pipelines.training(
        cells: superpixel, train: "units: \(units), leaf: \(leaf), batch: 16",
        extra: """
            metrics: {kind: evaluate, model: spn.model, data: shards,
              likelihood: [trained, elbo, elbo-analytic, "iwae:20"]}
            samples: {kind: sample, model: spn.model, data: shards, count: 9, columns: 3}
          """)
    }

    @Test(arguments: leaves)
    func theSameBytesWhateverTheWorkers(leaf: String) throws {
      let results = try [1, 2, 3].map { workers in
        let sandbox = try Sandbox()
        _ = try sandbox.run(yaml(leaf), workers: workers)
        return try sandbox.results()
      }
      #expect(results[0].count > 10)
      #expect(results[1] == results[0])
      #expect(results[2] == results[0])
    }

    /// The one region of a whole image: a plain autoencoder, through the same stages.
    @Test func oneRegionIsAnAutoencoder() throws {
      let sandbox = try Sandbox()
      let leaf = "{kind: vae, hidden: 20, latent: 4}"
      _ = try sandbox.run(yaml(leaf, superpixel: "[8, 8]", units: 1))
      let table = try HDF5File.open(sandbox.path("Output/tiny/metrics/metrics.h5"))
        .table("/metrics")
      // Alone in the root, the closed form is a bound; in a mixture it would be an estimate.
      #expect(
        table["likelihood"]
          == .strings(["lowerBound", "lowerBound", "lowerBound", "lowerBound"]))
      #expect(table["estimator"] == .strings(["trained", "elbo", "elbo-analytic", "iwae:20"]))
    }

    @Test func everyNumberHasItsWord() throws {
      let sandbox = try Sandbox()
      _ = try sandbox.run(yaml(Self.leaves[0]))
      let table = try HDF5File.open(sandbox.path("Output/tiny/metrics/metrics.h5"))
        .table("/metrics")
      #expect(
        table["likelihood"] == .strings(["estimate", "lowerBound", "estimate", "lowerBound"]))
      guard case .doubles(let means)? = table["meanLogLikelihood"] else {
        Issue.record("no means")
        return
      }
      #expect(means.allSatisfy { $0.isFinite && $0 < 0 })
      #expect(means[0] == means[2], "as trained is the closed form")
      #expect(means[3] > means[1], "20 samples bound closer than one")

      // The command gives the pipeline's number, and refuses what it cannot give.
      let arguments = [
        "evaluate", "--model", "Output/tiny/spn/model.h5", "--images",
        ModelFixture.testImages, "--json", "--likelihood",
      ]
      let ended = try Child(arguments + ["iwae:20"], in: sandbox).wait()
      #expect(try ResolvedValue(json: ended.output)["meanLogLikelihood"]?.real == means[3])
      let refused = try Child(arguments + ["iwae:0"], in: sandbox).wait()
      #expect(refused.status == 64)
    }

    @Test func otherLeavesHaveNoEstimators() throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try Child(
        [
          "evaluate", "--model", "model.h5", "--images", ModelFixture.testImages, "--likelihood",
          "iwae:5",
        ], in: sandbox
      ).wait()
      #expect(ended.status == 78)
      #expect(ended.errors.contains("exact already"))
    }
  }
}
