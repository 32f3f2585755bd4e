import Configuration
import Files
import Foundation
import Tasks
import Testing

extension StagesSuite {
  /// The figures of what exact marginals keep, on tiny models.
  @Suite struct BenefitsTests {
    private static let models = """
        wide: {kind: partition, images: digits, superpixel: [2, 3]}
        all: {kind: partition, images: digits, superpixel: [8, 8]}
        cm: {kind: train, data: shards, epochs: 2, batch: 16, partition: wide,
          leaf: {kind: mixture, nodes: 16, hidden: 4}}
        vae: {kind: train, data: shards, epochs: 2, batch: 16, partition: wide,
          leaf: {kind: vae, hidden: 4, latent: 1, value: elbo}}
        whole: {kind: train, data: shards, epochs: 2, batch: 16, partition: all, units: 1,
          leaf: {kind: vae, hidden: 6, latent: 2}}
      """

    private func rows(_ sandbox: Sandbox, _ path: String) throws -> [[String: String]] {
      let lines = try sandbox.text("Output/tiny/\(path)").split(separator: "\n")
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      let names = try #require(lines.first)
      return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }

    private func run(_ stages: String) throws -> Sandbox {
      let sandbox = try Sandbox()
      try sandbox.run(Pipelines.training(epochs: 2, extra: Self.models + "\n" + stages))
      return sandbox
    }

    @Test func massesOfBoundsAreBelowOne() throws {
      let sandbox = try run(
        """
          mass: {kind: leaf-mass, models: {CM: cm.model, VAE: vae.model}, regions: 2,
            likelihood: [elbo, "quadrature:15"], draws: 400}
        """)
      let found = try rows(sandbox, "mass/leaf-mass.csv")
      #expect(found.map { $0["model"] } == ["CM", "VAE", "VAE"])
      #expect(found.map { $0["likelihood"] } == ["exact", "lowerBound", "estimate"])
      let masses = found.compactMap { $0["mass"].flatMap(Double.init) }
      #expect(abs(masses[0] - 1) < 1e-5)
      #expect(masses[1] < 1 && masses[1] > 0.2)
      #expect(abs(masses[2] - 1) < 1e-2)
      #expect(sandbox.exists("Output/tiny/mass/leaf-mass.svg"))
    }

    @Test func exactMarginalsAreTheSumOfTheirCompletions() throws {
      let sandbox = try run(
        """
          errors: {kind: marginal-error, models: {SPN: spn.model, CM: cm.model, VAE: vae.model},
            data: shards, regions: 1, likelihood: [elbo, "iwae:20", "quadrature:9"]}
        """)
      let found = try rows(sandbox, "errors/errors.csv")
      let errors = found.compactMap { $0["meanError"].flatMap(Double.init) }
      #expect(found.map { $0["decodings"] } == ["0", "16", "1", "20", "9"])
      #expect(errors[0] < 1e-4 && errors[1] < 1e-4)
      #expect(errors[2] > 10 * errors[1] && errors[2] > errors[4])
    }

    @Test func completionsFollowTheConditional() throws {
      let sandbox = try run(
        """
          draws: {kind: conditional-frequencies, models: {CM: cm.model}, data: shards, regions: 1,
            images: 3, draws: 4000}
        """)
      let found = try rows(sandbox, "draws/chi-square.csv")
      #expect(found.count == 3)
      for row in found {
        #expect((row["probability"].flatMap(Double.init)).map { $0 > 1e-4 } == true)
      }
      #expect(sandbox.exists("Output/tiny/draws/conditional-frequencies.csv"))
    }

    @Test func modelsFillInBetterThanTheMeans() throws {
      let sandbox = try run(
        """
          errors: {kind: inpainting-error, models: {SPN: spn.model, VAE: whole.model}, data: shards,
            iterations: 4}
        """)
      let found = try rows(sandbox, "errors/inpainting-error.csv")
      #expect(found.count == 6)
      #expect(found[0]["model"] == "pixel means" && found[0]["hidden"] == "left")
      #expect(found[1]["method"] == "posterior mean" && found[1]["likelihood"] == "exact")
      #expect(found[2]["method"] == "re-encoded 4 times" && found[2]["likelihood"] == "estimate")
      for row in found {
        let squares = try #require(row["meanSquaredError"].flatMap(Double.init))
        #expect(squares > 0 && squares < 1)
      }
    }

    @Test func timesAreDrawn() throws {
      let sandbox = try run(
        """
          cost: {kind: marginal-cost, sides: [4, 8], images: 20, repetitions: 1, models: [
            {name: SPN, superpixel: [2, 2]}, {name: CM, leaf: {kind: mixture, nodes: 4}}]}
          sampled: {kind: monte-carlo, model: spn.model, data: shards, hidden: [4, 20],
            samples: [10, 1000], images: 3, repetitions: 1}
        """)
      #expect(try sandbox.text("Output/tiny/cost/marginal-cost.csv").contains("SPN,CM"))
      #expect(
        try sandbox.text("Output/tiny/sampled/monte-carlo.csv").contains("4 pixels hidden"))
    }
  }
}
