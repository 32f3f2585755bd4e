import Configuration
import Datasets
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  /// What `tessera ingest` wrote, data sets by path, and test images alone: in commands and pipelines.
  @Suite struct IngestedImagesTests {
    private func evaluate(
      _ images: String, _ more: String..., in sandbox: Sandbox
    ) throws -> ResolvedValue {
      let ended = try Child(
        ["evaluate", "--model", "model.h5", "--images", images, "--json"] + more, in: sandbox
      ).wait()
      #expect(ended.status == 0, "\(ended.errors)")
      return try ResolvedValue(json: ended.output)
    }

    @Test func whatIngestWroteIsAcceptedByCommands() throws {
      let sandbox = try ModelFixture.sandbox()
      let ingested = try Tessera.run(
        "ingest", "Data/toy", "--output", "own", "--superpixel", "4x4", "--validation", "5",
        in: sandbox)
      #expect(ingested.status == 0, "\(ingested.errors)")
      let expected = try evaluate(ModelFixture.testImages, in: sandbox)
      for path in ["own", "own/images.h5", "own/shards", "own/shards/all.h5", "Data/toy"] {
        #expect(try evaluate(path, in: sandbox) == expected, "\(path)")
      }
      try sandbox.write("other.h5", "no HDF5 file")
      let ended = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", "other.h5", in: sandbox)
      #expect(ended.status == 65)
    }

    private func yaml(_ source: String, more: String = "") -> String {
      """
      name: own
      stages:
        digits: {kind: ingest, source: \(source)}
        cells: {kind: partition, images: digits, superpixel: [4, 4]}
        parts: {kind: split, images: digits, validation: 0}
        shards: {kind: shards, images: digits, partition: cells, split: parts}
      \(more)
      """
    }

    /// A data set that is moved is the same one: its path is in no key.
    @Test func dataSetsByPath() throws {
      let sandbox = try ModelFixture.sandbox()
      _ = try Tessera.run(
        "ingest", "Data/toy", "--output", "own/toy", "--superpixel", "4x4", in: sandbox)
      for source in [
        "{kind: archive, dataset: ./own/toy}", "{kind: shards, dataset: ./own/toy/shards}",
        "{kind: idx, dataset: ./Data/toy}",
      ] {
        try sandbox.write("p.yaml", yaml(source))
        let ended = try Tessera.run("run", "p.yaml", in: sandbox)
        #expect(ended.status == 0, "\(source): \(ended.errors)")
        #expect(ended.errors.contains("60 train, 20 test images of 8 x 8"), "\(ended.errors)")
      }
      try DurableFile.createFolder(sandbox.path("elsewhere"))
      try DurableFile.move(sandbox.path("Data/toy"), to: sandbox.path("elsewhere/toy"))
      try sandbox.write("p.yaml", yaml("{kind: idx, dataset: ./elsewhere/toy}"))
      let moved = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(moved.status == 0 && !moved.errors.contains("digits: ingest ("), "\(moved.errors)")
      try sandbox.write("p.yaml", yaml("{kind: idx, dataset: ./nowhere}"))
      let missing = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(missing.status == 66 && missing.errors == "tessera: ./nowhere: no such folder\n")
    }

    /// Test images need no training images, but a training does.
    @Test(arguments: [
      "{kind: idx, dataset: toy}",
      "{kind: idx, dataset: toy, trainImages: t10k-images-idx3-ubyte, trainLabels: t10k-labels-idx1-ubyte, test: {last: 20}}",
    ])
    func testImagesAlone(source: String) throws {
      let sandbox = try ModelFixture.sandbox()
      let expected = try evaluate(ModelFixture.testImages, in: sandbox)
      for name in [ToyData.trainImages, ToyData.trainLabels] {
        try DurableFile.remove(sandbox.path("Data/toy/\(name)"))
      }
      #expect(try evaluate("Data/toy", in: sandbox) == expected)
      let asked = """
          spn: {kind: load-model, file: model.h5}
          metrics: {kind: evaluate, model: spn, data: shards, part: test}
        """
      try sandbox.write("p.yaml", yaml(source, more: asked))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.errors.contains("digits: 20 test images of 8 x 8"), "\(ended.errors)")
      try sandbox.write(
        "p.yaml",
        yaml(source, more: "  spn: {kind: train, data: shards, epochs: 1}"))
      let refused = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(refused.status == 78)
      #expect(
        refused.errorLines.last
          == "tessera: stage 'spn': train: the data set has test images alone; give it training images as well",
        "\(refused.errors)")
    }

    @Test func labelsOfOtherShapesAndFiles() throws {
      let sandbox = try ModelFixture.sandbox()
      let expected = try evaluate(
        ModelFixture.testImages, "--labels", ModelFixture.testLabels, in: sandbox)
      let labels = (0..<20).map { Int32($0 % 4) }
      try HDF5File.writeAtomically(to: sandbox.path("labels.h5")) {
        try $0.write("/y", labels, shape: [20, 1])
      }
      let wide: [UInt8] = labels.flatMap { [0, 0, 0, UInt8($0)] }
      try DurableFile.write(
        [0, 0, 0x0C, 2, 0, 0, 0, 20, 0, 0, 0, 1] + wide, to: sandbox.path("labels.idx"))
      for path in ["labels.h5:/y", "labels.idx"] {
        #expect(
          try evaluate(ModelFixture.testImages, "--labels", path, in: sandbox) == expected)
      }
    }

    /// A grey image is one of colour whose three values are equal.
    @Test func greyImagesForAModelOfColour() throws {
      let sandbox = try ColourFolder.sandbox()
      try sandbox.run(ColourFolder.yaml())
      let levels = (0..<90).map { UInt8($0 * 2) }
      try DurableFile.write(
        IDXFile.encode(sizes: [3, 6, 5], content: levels), to: sandbox.path("grey.idx"))
      try HDF5File.writeAtomically(to: sandbox.path("rgb.h5")) {
        try $0.write("/images", levels.flatMap { [$0, $0, $0] }, shape: [3, 6, 5, 3])
      }
      let model = "Output/colour/spn/model.h5"
      func evaluated(_ arguments: String...) throws -> Ended {
        try Child(["evaluate", "--model", model, "--images"] + arguments, in: sandbox).wait()
      }
      let refused = try evaluated("grey.idx")
      #expect(refused.status == 65 && refused.errors.contains("(--recolour)"), "\(refused.errors)")
      let shown = try evaluated("grey.idx", "--recolour")
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(try shown.output == evaluated("rgb.h5:/images").output)
    }

    /// EMNIST's names, with images whose rows are columns.
    @Test func transposedImages() throws {
      let sandbox = try ModelFixture.sandbox()
      let expected = try evaluate(ModelFixture.testImages, in: sandbox)
      let upright = ToyData().pixels(count: 20, salt: 1_000)
      var stored: [UInt8] = []
      for image in 0..<20 {
        for column in 0..<8 {
          for row in 0..<8 { stored.append(upright[image * 64 + row * 8 + column]) }
        }
      }
      let name = "emnist-letters-test-images-idx3-ubyte"
      try DurableFile.createFolder(sandbox.path("Data/letters"))
      try DurableFile.write(
        Gzip.deflate(IDXFile.encode(sizes: [20, 8, 8], content: stored)),
        to: sandbox.path("Data/letters/\(name).gz"))
      #expect(try evaluate("Data/letters", "--transpose", in: sandbox) == expected)
      let source = "{kind: idx, dataset: letters, labels: false, transpose: true}"
      let summary = try sandbox.run(yaml(source))
      let archive = try ImageArchive(
        joinPath(try #require(summary.stage("digits")).cacheFolder, "images.h5"))
      #expect(try archive.images("test", 0..<20) == upright)
    }
  }
}
