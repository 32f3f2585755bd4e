import Configuration
import Datasets
import Files
import Foundation
import Storage
import Tasks
import TestSupport
import Testing

extension CommandSuite {
  /// Numbers beyond single precision: every command ends with the image, and none with a crash.
  @Suite struct NotFiniteTests {
    /// A binary model for which two pixels of the first superpixel are both 1 with probability 0, and three
    /// images, of which the last alone shows that.
    private func impossible(_ sandbox: Sandbox) throws -> Sandbox {
      var content = try ModelContent(path: sandbox.path("model.h5"))
      for logit in 0..<8 { content.reals["/parameters/bernoulliLogits"]?[logit] = -9.9e37 }
      try content.write(to: sandbox.path("model.h5"))
      try DurableFile.write(
        IDXFile.encode(
          sizes: [3, 8, 8],
          content: [UInt8](repeating: 0, count: 63) + [255] + [UInt8](repeating: 0, count: 63) + [
            255
          ]
            + [UInt8](repeating: 255, count: 63) + [0]),
        to: sandbox.path("images"))
      return sandbox
    }

    private static let complaint =
      "image 2: expected a finite log-likelihood, found -inf, a likelihood of 0 in single precision "
      + "(1 of 3 images); "

    @Test(arguments: [
      ["evaluate"], ["evaluate", "--json"], ["evaluate", "--hide", "right"],
      ["inpaint", "--hide", "right", "--output", "out.png"],
      ["anomaly", "--output", "out.png", "--table", "out.csv"],
      ["sample", "--given", "--hide", "right", "--output", "out.png"],
    ])
    func theFirstImpossibleImageIsNamed(arguments: [String]) throws {
      let sandbox = try impossible(ModelFixture.sandbox())
      let asked =
        arguments.contains("--given")
        ? arguments.flatMap { $0 == "--given" ? ["--given", "images"] : [$0] } + ["--count", "3"]
        : arguments + ["--images", "images"]
      let ended = try Child(asked + ["--model", "model.h5"], in: sandbox).wait()
      #expect(ended.status == 70)
      #expect(ended.errors.hasPrefix("tessera: \(Self.complaint)"), "\(ended.errors)")
      #expect(ended.errorLines.count == 1)
      #expect(ended.output.isEmpty)
      #expect(!sandbox.exists("out.png") && !sandbox.exists("out.csv"))
    }

    /// Classes of an impossible image would be told by their priors alone.
    @Test func anImpossibleImageHasNoClass() throws {
      let sandbox = try Sandbox()
      try sandbox.run(
        Pipelines.training(epochs: 1, train: "batch: 16, classes: true"))
      try DurableFile.write(
        FileBytes.read(sandbox.path("Output/tiny/spn/model.h5")), to: sandbox.path("model.h5"))
      _ = try impossible(sandbox)
      try DurableFile.write(
        ToyData().encodedLabels(count: 3), to: sandbox.path("labels"))
      let ended = try Tessera.run(
        "classify", "--model", "model.h5", "--images", "images", "--labels", "labels", in: sandbox)
      #expect(ended.status == 70)
      #expect(ended.errors.hasPrefix("tessera: \(Self.complaint)"), "\(ended.errors)")
      #expect(ended.output.isEmpty)
    }

    @Test(arguments: [
      "metrics: {kind: evaluate, model: model, data: shards}",
      "completions: {kind: inpaint, model: model, data: shards, hide: [right]}",
      "anomalies: {kind: anomaly, model: model, data: shards, others: shards}",
    ])
    func stagesEndAlike(stage: String) throws {
      let sandbox = try impossible(ModelFixture.sandbox())
      try DurableFile.write(
        FileBytes.read(sandbox.path("images")),
        to: sandbox.path("Data/toy/\(ToyData.testImages)"))
      try DurableFile.write(
        ToyData().encodedLabels(count: 3), to: sandbox.path("Data/toy/\(ToyData.testLabels)"))
      let model = "  model: {kind: load-model, file: model.h5}"
      let yaml = Pipelines.training(extra: "\(model)\n  \(stage)")
        .split(separator: "\n").filter { !$0.contains("spn:") }.joined(separator: "\n")
      try sandbox.write("p.yaml", yaml)
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 70, "\(ended.errors)")
      #expect(ended.errors.contains(Self.complaint), "\(ended.errors)")
      let name = stage.prefix { $0 != ":" }
      #expect(!sandbox.exists("Output/tiny/\(name)"))
    }

    /// A Gaussian model of grey images whose first pixel has a mean far beyond the levels.
    private func farMean() throws -> Sandbox {
      let sandbox = try GreyFolder.sandbox()
      try sandbox.run(GreyFolder.yaml())
      let path = sandbox.path("Output/grey/spn/model.h5")
      var content = try ModelContent(path: path)
      // Both units of the first superpixel, of 16 pixels.
      for unit in 0..<2 { content.reals["/parameters/gaussian"]?[32 * unit] = 1e20 }
      try content.write(to: sandbox.path("model.h5"))
      return sandbox
    }

    /// Hidden, the pixel is white in every way of completing it; seen, its image is impossible.
    @Test func aMeanBeyondTheLevelsIsWhite() throws {
      let sandbox = try farMean()
      let pictures = ["--model", "model.h5", "--images", "Data/faces/bert"]
      let drawn = try Tessera.run(
        "sample", "--model", "model.h5", "--count", "4", "--output", "drawn.png", in: sandbox)
      #expect(drawn.status == 0, "\(drawn.errors)")
      let hidden = try Child(
        ["inpaint", "--hide", "left", "--output", "hidden.png"] + pictures, in: sandbox
      ).wait()
      #expect(hidden.status == 0 && !hidden.wasKilled, "\(hidden.errors)")
      let grid = try PNGFile.read(sandbox.path("hidden.png"))
      #expect(grid.pixels.contains(255))
      let seen = try Child(
        ["inpaint", "--hide", "right", "--output", "seen.png"] + pictures, in: sandbox
      ).wait()
      #expect(seen.status == 70 && !seen.wasKilled, "\(seen.errors)")
      #expect(seen.errors.hasPrefix("tessera: image 0: expected a finite log-likelihood"))
    }
  }
}
