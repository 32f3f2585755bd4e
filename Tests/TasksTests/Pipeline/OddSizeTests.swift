import Configuration
import Foundation
import Testing

extension StagesSuite {
  /// Sizes at the edges of what is allowed: all work, with finite numbers.
  @Suite struct OddSizeTests {
    private func check(
      _ yaml: String, data: ToyData = ToyData(), _ comment: Comment
    ) throws -> RunSummary {
      let sandbox = try Sandbox(data: data)
      let summary = try sandbox.run(yaml)
      let csv = try String(
        contentsOfFile: sandbox.path("Output/tiny/metrics/metrics.csv"), encoding: .utf8)
      let lines = csv.split(separator: "\n").map { $0.split(separator: ",") }
      let column = try #require(lines.first?.firstIndex(of: "meanLogLikelihood"))
      let mean = try #require(Double(lines[1][column]))
      #expect(mean.isFinite && mean <= 0, comment)
      #expect(summary.warnings.allSatisfy { $0.contains("one level in all pixels") }, comment)
      return summary
    }

    @Test(arguments: [
      ("[2, 2]", "batch: 1000"), ("[2, 2]", "batch: 1"), ("[8, 8]", "units: 2"),
      ("[3, 3]", "units: 2"), ("[5, 1]", "units: 2"), ("[1, 1]", "units: 1"),
      ("[2, 2]", "structure: {kind: poon-domingos, steps: [4]}"),
      ("[1, 1]", "structure: {kind: poon-domingos, steps: [5, 2]}"), ("[2, 2]", "window: 1"),
      ("[2, 2]", "keep: last"), ("[2, 2]", "binarisation: dynamic"),
      ("[2, 2]", "binarisation: {kind: threshold, value: 1}"),
    ])
    func trainFieldsAtTheirEdges(cells: String, train: String) throws {
      let yaml = Pipelines.training(
        epochs: 2, cells: cells, train: train, extra: Pipelines.evaluation)
      _ = try check(yaml, "\(cells) \(train)")
    }

    @Test(arguments: ["[8, 8]", "[3, 3]", "[1, 8]", "[1, 1]"])
    func superpixelsOfAnyShape(superpixel: String) throws {
      let yaml = Pipelines.training(
        epochs: 1, superpixel: superpixel, extra: Pipelines.evaluation)
      _ = try check(yaml, "\(superpixel)")
    }

    @Test func oneTrainingImageAndNoValidation() throws {
      let extra = Pipelines.evaluation
      _ = try check(
        Pipelines.training(epochs: 2, split: "validation: 0, train: 1", extra: extra), "limited")
      let summary = try check(
        Pipelines.training(epochs: 2, split: "validation: 0", extra: extra),
        data: ToyData(train: 1, test: 1), "one image and one test image")
      #expect(!summary.notes.contains { $0.contains("best by validation") })
    }

    @Test(arguments: [0, 255, 128] as [UInt8])
    func constantImages(value: UInt8) throws {
      let yaml = Pipelines.training(epochs: 3, extra: Pipelines.evaluation)
      _ = try check(yaml, data: ToyData(constant: value), "all \(value)")
    }

    @Test(arguments: [(1, 1), (1, 9), (9, 1), (2, 3)])
    func imagesOfAFewPixels(height: Int, width: Int) throws {
      let yaml = Pipelines.training(
        epochs: 2, superpixel: "[1, 1]", cells: "[1, 1]", train: "batch: 128",
        extra: Pipelines.evaluation)
      _ = try check(yaml, data: ToyData(height: height, width: width), "\(height) x \(width)")
    }

    /// Adam at its boldest: steps of 10 in every logit.
    @Test func divergenceIsAResult() throws {
      let sandbox = try Sandbox()
      try sandbox.write(
        "p.yaml",
        Pipelines.training(
          epochs: 50,
          train: "leaf: {kind: vae, hidden: 4, latent: 1}, batch: 16, "
            + "learner: {kind: adam, rate: 10, beta1: 0.99, beta2: 0}",
          extra: Pipelines.evaluation))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 70)
      let line = try #require(ended.errorLines.last)
      #expect(line.hasPrefix("tessera: stage 'spn' failed: "), "\(line)")
      let place =
        /diverged in epoch \d+, step \d+: log-likelihood of training image \d+ is -?(inf|nan): .*(leaf|sums)/
      #expect(line.contains(place), "\(line)")
      // What it had learned by its last whole epoch is there, and says so.
      let outcome = try sandbox.text("Output/tiny/spn/outcome.csv")
      #expect(outcome.contains("\ndiverged,"))
      #expect(sandbox.exists("Output/tiny/spn/model.h5"))
      #expect(try sandbox.text("Output/tiny/metrics/metrics.csv").contains("diverged in epoch"))
      // It is not trained again for nothing.
      let again = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(again.status == 70)
      #expect(again.errorLines.last == line)
      #expect(again.errorLines.contains { $0.hasPrefix("spn: cached, failed: diverged") })
    }
  }
}
