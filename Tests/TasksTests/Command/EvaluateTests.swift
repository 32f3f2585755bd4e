import Configuration
import Datasets
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  @Suite struct EvaluateTests {
    private func evaluate(
      _ sandbox: Sandbox, images: String = ModelFixture.testImages, labels: String? = nil
    ) throws -> Ended {
      let arguments = ["evaluate", "--model", "model.h5", "--images", images, "--json"]
      return try Child(arguments + (labels.map { ["--labels", $0] } ?? []), in: sandbox).wait()
    }

    /// From other files, by other code, the same number to the last bit.
    @Test func theCommandAndThePipelineAgree() throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try evaluate(sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      let found = try ResolvedValue(json: ended.output)
      let file = try HDF5File.open(sandbox.path("metrics.h5"))
      let metrics = try file.table("/metrics")
      for name in ["meanLogLikelihood", "standardError", "bitsPerDimension"] {
        let value = try #require(found[name]?.real)
        #expect(metrics[name] == .doubles([value]), "\(name)")
      }
      #expect(found["images"]?.integer == 20)
      #expect(metrics["images"] == .integers([20]))
      #expect(found["likelihood"]?.string == "exact")
      #expect(metrics["likelihood"] == .strings(["exact"]))
      let mean = try #require(found["meanLogLikelihood"]?.real)
      #expect(mean < 0 && mean > -64)
      let bits = try #require(found["bitsPerDimension"]?.real)
      #expect(abs(bits + mean / (64 * log(2))) < 1e-12)

      let words = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", ModelFixture.testImages, in: sandbox
      ).output
      #expect(words.hasSuffix(" bits/dimension, binarisation threshold 0.5\n"), "\(words)")

      // The table of images, averaged by hand.
      let values = try #require(try file.table("/images")["logLikelihood"])
      guard case .doubles(let each) = values else {
        Issue.record("log-likelihoods are not numbers")
        return
      }
      #expect(abs(each.reduce(0, +) / 20 - mean) < 1e-9)
    }

    @Test func compressedImagesGiveTheSame() throws {
      let sandbox = try ModelFixture.sandbox()
      let plain = try FileBytes.read(sandbox.path(ModelFixture.testImages))
      try DurableFile.write(Gzip.deflate(plain), to: sandbox.path("images.gz"))
      #expect(try evaluate(sandbox, images: "images.gz").output == evaluate(sandbox).output)
    }

    /// The number is of grey pictures as it was; of colours that were lost it says how many.
    @Test func coloursThatAreLostAreTold() throws {
      let sandbox = try ModelFixture.sandbox()
      try DurableFile.createFolder(sandbox.path("grey"))
      try DurableFile.createFolder(sandbox.path("colour"))
      for image in 0..<3 {
        let levels = (0..<64).map { UInt8($0 * 3 + image) }
        // RGB in the first and the last, a colour in the last alone.
        var pixels = image == 1 ? levels : levels.flatMap { [$0, $0, $0] }
        if image == 2 { pixels[0...2] = [200, 0, 0] }
        let grey = (image == 2 ? [PictureColour.luma(200, 0, 0)] : [levels[0]]) + levels.dropFirst()
        try PNGFile.write(
          pixels: pixels, width: 8, height: 8, channels: image == 1 ? 1 : 3,
          to: sandbox.path("colour/\(image).png"))
        try PNGFile.write(
          pixels: grey, width: 8, height: 8, to: sandbox.path("grey/\(image).png"))
      }
      let colour = try ResolvedValue(json: try evaluate(sandbox, images: "colour").output)
      let grey = try ResolvedValue(json: try evaluate(sandbox, images: "grey").output)
      #expect(colour["meanLogLikelihood"] == grey["meanLogLikelihood"])
      #expect(colour["madeGrey"]?.integer == 1)
      #expect(grey["madeGrey"]?.integer == 0)
      for (folder, isTold) in [("colour", true), ("grey", false)] {
        let lines = try Tessera.run(
          "evaluate", "--model", "model.h5", "--images", folder, in: sandbox
        ).output
        #expect(lines.contains(", 1 of colour read as grey (BT.601 luma)\n") == isTold)
      }
    }

    @Test func labelsGiveALineAClass() throws {
      let sandbox = try ModelFixture.sandbox()
      let found = try ResolvedValue(
        json: try evaluate(sandbox, labels: ModelFixture.testLabels).output)
      let classes = try #require(found["classes"]?.list)
      #expect(classes.map { $0["label"]?.integer } == [0, 1, 2, 3])
      #expect(classes.map { $0["images"]?.integer } == [5, 5, 5, 5])
      let means = classes.compactMap { $0["meanLogLikelihood"]?.real }
      let mean = try #require(found["meanLogLikelihood"]?.real)
      #expect(abs(means.reduce(0, +) / 4 - mean) < 1e-9)
    }

    @Test func imagesOfAnotherSizeAreRefused() throws {
      let sandbox = try ModelFixture.sandbox()
      let other = ToyData(height: 5, width: 7).encodedImages(count: 3, salt: 0)
      try DurableFile.write(other, to: sandbox.path("other"))
      let ended = try evaluate(sandbox, images: "other")
      #expect(ended.status == 65)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.hasPrefix("tessera: other: "))
      #expect(ended.errors.contains("5 x 7"))
      #expect(ended.errors.contains("8 x 8"))
      #expect(ended.output.isEmpty)
    }

    @Test func labelsOfAnotherCountAreRefused() throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try evaluate(sandbox, labels: "Data/toy/\(ToyData.trainLabels)")
      #expect(ended.status == 65)
      #expect(
        ended.errors == "tessera: Data/toy/train-labels-idx1-ubyte: byte 4: 60 labels for the "
          + "20 images of Data/toy/t10k-images-idx3-ubyte\n")
      let swapped = try evaluate(sandbox, labels: ModelFixture.testImages)
      #expect(swapped.status == 65)
      #expect(swapped.errors.contains("these are images"))
    }

    /// Its standard error is not a number, which JSON has no word for.
    @Test func oneImageGivesValidJSON() throws {
      let sandbox = try ModelFixture.sandbox()
      let one = ToyData().encodedImages(count: 1, salt: 0)
      try DurableFile.write(one, to: sandbox.path("one"))
      let ended = try evaluate(sandbox, images: "one")
      #expect(ended.status == 0)
      let found = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
      #expect((found as? [String: Any])?["standardError"] is NSNull)
    }
  }
}
