import Configuration
import Datasets
import Files
import Foundation
import Storage
import Testing

extension StagesSuite {
  /// Grey images from a folder of PNGs to densities, and what is asked of them.
  @Suite struct GreyPipelineTests {
    @Test func densitiesHaveNoBitsAndSamplesAreGrey() throws {
      let sandbox = try GreyFolder.sandbox()
      let extra = """
          metrics: {kind: evaluate, model: spn.model, data: shards}
          samples: {kind: sample, model: spn.model, data: shards, count: 4, columns: 2, magnification: 1}
          seen: {kind: images, data: shards, binarisation: none, count: 1, magnification: 1}
          film: {kind: film-strip, checkpoints: spn.checkpoints, count: 2}
        """
      try sandbox.run(GreyFolder.yaml(extra: extra))
      let table = try HDF5File.open(sandbox.path("Output/grey/metrics/metrics.h5"))
        .table("/metrics")
      #expect(table["images"] == .integers([4]))
      #expect(table["binarisation"] == .strings(["none"]))
      #expect(table["likelihood"] == .strings(["exact"]))
      guard case .doubles(let bits)? = table["bitsPerDimension"] else {
        Issue.record("no bits per dimension")
        return
      }
      #expect(bits.count == 1 && bits[0].isNaN)

      // The test image that is chosen, as it is: the last four in order are the test part, all of class 1.
      let seen = try PNGFile.read(sandbox.path("Output/grey/seen/images.png"))
      let chosen = SampleChoice(1, of: 4, labels: [1, 1, 1, 1]).samples[0]
      let original = try PNGFile.read(sandbox.path("Data/faces/bert/\(20 + chosen).png"))
      #expect(seen.pixels == original.pixels)
      let samples = try PNGFile.read(sandbox.path("Output/grey/samples/samples.png"))
      #expect(Set(samples.pixels).count > 20, "more than black, white and the background")
      #expect(sandbox.exists("Output/grey/film/film-strip.png"))

      let ended = try Tessera.run(
        "sample", "--model", "Output/grey/spn/model.h5", "--count", "4", "--output", "grid.png",
        in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(Set(try PNGFile.read(sandbox.path("grid.png")).pixels).count > 20)
    }

    @Test func aFolderIsEvaluatedAsThePipelineDoes() throws {
      let sandbox = try GreyFolder.sandbox()
      let extra = "  metrics: {kind: evaluate, model: spn.model, data: shards}"
      try sandbox.run(GreyFolder.yaml(extra: extra))
      try DurableFile.createFolder(sandbox.path("asked"))
      for name in ["20.png", "21.png", "22.png", "23.png"] {
        let bytes = try FileBytes.read(sandbox.path("Data/faces/bert/\(name)"))
        try DurableFile.write(bytes, to: sandbox.path("asked/\(name)"))
      }
      func evaluate(_ images: String) throws -> Ended {
        try Tessera.run(
          "evaluate", "--model", "Output/grey/spn/model.h5", "--images", images, "--json",
          in: sandbox)
      }
      let ended = try evaluate("asked")
      #expect(ended.status == 0, "\(ended.errors)")
      let found = try ResolvedValue(json: ended.output)
      let table = try HDF5File.open(sandbox.path("Output/grey/metrics/metrics.h5"))
        .table("/metrics")
      let mean = try #require(found["meanLogLikelihood"]?.real)
      #expect(table["meanLogLikelihood"] == .doubles([mean]))
      #expect(found["bitsPerDimension"] == .null)
      let words = try Tessera.run(
        "evaluate", "--model", "Output/grey/spn/model.h5", "--images", "asked", in: sandbox
      ).output
      #expect(
        words.hasSuffix(" (exact), density, no bits per dimension, binarisation none\n"),
        "\(words)")
      #expect(found["images"]?.integer == 4)
      #expect(try ResolvedValue(json: evaluate("Data/faces").output)["images"]?.integer == 24)

      try PNGFile.write(
        pixels: Array(repeating: 0, count: 192), width: 8, height: 8, channels: 3,
        to: sandbox.path("asked/x.png"))
      let colour = try evaluate("asked")
      #expect(colour.status == 0, "the model's images are grey, and so is what it is given")
      #expect(try ResolvedValue(json: colour.output)["images"]?.integer == 5)
      try PNGFile.write(pixels: [1, 2], width: 2, height: 1, to: sandbox.path("asked/x.png"))
      let refused = try evaluate("asked")
      #expect(refused.status == 65)
      #expect(
        refused.errors
          == "tessera: asked/x.png: expected a picture of 8 x 8 pixels like the others, "
          + "found 1 x 2; make them one size first, or choose sizes: resize, crop or pad\n")
      #expect(try evaluate("nowhere").status == 66)
    }

    /// By place and content of every image, and by nothing else.
    @Test func theWholeFolderIsTheInput() throws {
      let sandbox = try GreyFolder.sandbox()
      try sandbox.run(GreyFolder.yaml())
      try sandbox.touchEverything()
      #expect(try sandbox.run(GreyFolder.yaml()).didNothing)
      try DurableFile.createFolder(sandbox.path("Data/faces/cleo"))
      try FileManager.default.moveItem(
        atPath: sandbox.path("Data/faces/bert/23.png"),
        toPath: sandbox.path("Data/faces/cleo/23.png"))
      #expect(try sandbox.run(GreyFolder.yaml()).ran.contains("faces"))
    }

    @Test(arguments: [
      (
        "leaf: gaussian, binarisation: threshold",
        "leaf gaussian describes 256 levels: expected binarisation none, found threshold 0.5",
        "binarisation"
      ),
      (
        "leaf: gaussian",
        "leaf gaussian describes 256 levels: expected binarisation none, found threshold 0.5",
        "leaf"
      ),
      (
        "leaf: bernoulli, binarisation: none",
        "leaf bernoulli is of pixels with two outcomes: expected threshold, stochastic or dynamic, "
          + "found none", "binarisation"
      ),
      (
        "binarisation: none",
        "leaf bernoulli is of pixels with two outcomes: expected threshold, stochastic or dynamic, "
          + "found none", "binarisation"
      ),
    ])
    func leavesAndViewsThatDoNotFit(train: String, message: String, key: String) throws {
      let sandbox = try GreyFolder.sandbox()
      let text = GreyFolder.yaml(train: train)
      try sandbox.write("p.yaml", text)
      let line = try #require(text.split(separator: "\n").first { $0.contains("kind: train") })
      let at = try #require(line.range(of: "\(key): ")).upperBound
      let column = line.distance(from: line.startIndex, to: at) + 1
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errors == "tessera: p.yaml:8:\(column): \(key) of stage 'spn': \(message)\n")
      #expect(!sandbox.exists("Data/Cache"))
    }

    @Test func reconstructionsNeedEncoders() throws {
      let sandbox = try GreyFolder.sandbox()
      let extra = "  both: {kind: reconstruct, model: spn.model, data: shards}"
      let fault = #expect(throws: (any Error).self) {
        try sandbox.run(GreyFolder.yaml(extra: extra))
      }
      #expect((fault as? any Fault)?.exitCode == .configuration)
      #expect(fault.map { "\($0)".contains("gaussian leaves") } == true)
    }

    @Test func aDamagedImageStopsTheIngestion() throws {
      let sandbox = try GreyFolder.sandbox()
      try sandbox.damage("Data/faces/anna/03.png")
      try sandbox.write("p.yaml", GreyFolder.yaml())
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 65)
      let faults = ended.errorLines.filter { $0.hasPrefix("tessera: ") }
      #expect(faults.count == 1)
      #expect(
        faults.first?.hasPrefix(
          "tessera: stage 'faces': Data/faces/anna/03.png: not a readable PNG: ") == true)
      #expect(!sandbox.exists("Output/grey/spn"))
      #expect(try sandbox.strays().isEmpty)
    }
  }
}
