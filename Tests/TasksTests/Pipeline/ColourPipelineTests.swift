import Configuration
import Datasets
import Files
import Foundation
import Storage
import Testing

extension StagesSuite {
  /// From RGB pictures to a model of three values a pixel, and what it answers.
  @Suite struct ColourPipelineTests {
    @Test func picturesComeOutInColour() throws {
      let sandbox = try ColourFolder.sandbox()
      let extra = """
          metrics: {kind: evaluate, model: spn.model, data: shards}
          samples: {kind: sample, model: spn.model, data: shards, count: 4, columns: 2, magnification: 1}
          seen: {kind: images, data: shards, binarisation: none, count: 1, magnification: 1}
          film: {kind: film-strip, checkpoints: spn.checkpoints, count: 2}
          half: {kind: inpaint, model: spn.model, data: shards, hide: [left, "superpixels:1"], rows: 2, draws: 1}
        """
      try sandbox.run(ColourFolder.yaml(extra: extra))
      // The test image that is chosen; all four are odd, which is class 1.
      let seen = try PNGFile.read(sandbox.path("Output/colour/seen/images.png"))
      #expect(seen.channels == 3 && seen.height == 6 && seen.width == 5)
      let files = try DurableFile.listTree(sandbox.path("Data/photos/test"))
      let chosen = SampleChoice(1, of: 4, labels: [1, 1, 1, 1]).samples[0]
      #expect(
        seen == (try PNGFile.read(sandbox.path("Data/photos/test/\(files[Int(chosen)])"))))
      for picture in ["samples/samples", "film/film-strip", "half/completions"] {
        let path = sandbox.path("Output/colour/\(picture).png")
        #expect(try PNGFile.read(path).channels == 3, "\(picture)")
      }
      let file = try HDF5File.open(sandbox.path("Output/colour/spn/model.h5"))
      #expect(try file.integer("/preprocessing", "channels") == 3)
      let pixels = try file.read("/structure/superpixelPixels", as: Int32.self).values
      #expect(pixels.count == 90 && Set(pixels).count == 90)
      // The third superpixel is one column of four rows.
      let offsets = try file.read("/structure/superpixelOffsets", as: Int32.self).values
      #expect(offsets == [0, 24, 48, 60, 72, 84, 90])
      #expect(Array(pixels[48..<54]) == [12, 13, 14, 27, 28, 29])
    }

    /// Channels of a pixel by name, in leaves of each kind; a model file keeps the name.
    @Test(arguments: [
      "{kind: logistic, channels: joint}",
      "{kind: categorical, channels: {kind: joint, components: 2}}",
      "{kind: mixture, emission: logistic, nodes: 4, hidden: 3, channels: independent}",
      "{kind: vae, emission: logistic, hidden: 3, channels: independent}",
      "{kind: mixed, of: [categorical, {kind: mixture, emission: logistic, nodes: 4, hidden: 3}]}",
    ])
    func channelsByName(leaf: String) throws {
      let sandbox = try ColourFolder.sandbox()
      let yaml = ColourFolder.yaml(
        extra: "  metrics: {kind: evaluate, model: spn.model, data: shards}"
      )
      .replacingOccurrences(of: "leaf: gaussian", with: "leaf: \(leaf)")
      try sandbox.run(yaml)
      let table = try HDF5File.open(sandbox.path("Output/colour/metrics/metrics.h5"))
        .table("/metrics")
      let model = "Output/colour/spn/model.h5"
      let ended = try Tessera.run(
        "evaluate", "--model", model, "--images", "Data/photos/test", "--json", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      let found = try ResolvedValue(json: ended.output)
      #expect(
        table["meanLogLikelihood"] == .doubles([try #require(found["meanLogLikelihood"]?.real)]))
      #expect(found["bitsPerDimension"]?.real != nil)
      let drawn = try Tessera.run(
        "sample", "--model", model, "--count", "4", "--output", "drawn.png", in: sandbox)
      #expect(drawn.status == 0, "\(drawn.errors)")
    }

    /// A dimension is a value: an image of 6 x 5 pixels of colour has 90.
    @Test func bitsAreOfAValueAndSaySo() throws {
      let sandbox = try ColourFolder.sandbox()
      let extra = "  metrics: {kind: evaluate, model: spn.model, data: shards}"
      try sandbox.run(
        ColourFolder.yaml(extra: extra)
          .replacingOccurrences(of: "leaf: gaussian", with: "leaf: logistic"))
      let file = try HDF5File.open(sandbox.path("Output/colour/metrics/metrics.h5"))
      let table = try file.table("/metrics")
      try file.close()
      let column = try #require(table.columns.first { $0.name == "bitsPerDimension" })
      #expect(column.unit == "bits/dimension")
      guard case .doubles(let bits) = column.values,
        case .doubles(let means)? = table["meanLogLikelihood"]
      else {
        Issue.record("bits and means are no numbers")
        return
      }
      #expect(abs(bits[0] + means[0] / (90 * log(2))) < 1e-12)
      let ended = try Tessera.run(
        "evaluate", "--model", "Output/colour/spn/model.h5", "--images", "Data/photos/test",
        in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output.hasSuffix(" bits/dimension, binarisation none\n"), "\(ended.output)")
    }

    @Test func colourForAGreyModelIsSaid() throws {
      let sandbox = try ColourFolder.sandbox()
      try sandbox.run(
        ColourFolder.yaml().replacingOccurrences(
          of: "test: {folder: test}", with: "test: {folder: test}, channels: grey"))
      let ended = try Tessera.run(
        "evaluate", "--model", "Output/colour/spn/model.h5", "--images", "Data/photos/test",
        in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output.contains("of colour read as grey (BT.601 luma)"))
    }

    @Test func commandsTakeAndGiveColour() throws {
      let sandbox = try ColourFolder.sandbox()
      let extra = "  metrics: {kind: evaluate, model: spn.model, data: shards}"
      try sandbox.run(ColourFolder.yaml(extra: extra))
      let model = "Output/colour/spn/model.h5"
      let table = try HDF5File.open(sandbox.path("Output/colour/metrics/metrics.h5"))
        .table("/metrics")
      let ended = try Tessera.run(
        "evaluate", "--model", model, "--images", "Data/photos/test", "--json", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      let found = try ResolvedValue(json: ended.output)
      #expect(
        table["meanLogLikelihood"] == .doubles([try #require(found["meanLogLikelihood"]?.real)]))
      let inspected = try Tessera.run("inspect", model, "--json", in: sandbox)
      #expect(try ResolvedValue(json: inspected.output)["channels"]?.integer == 3)
      for (name, arguments) in [
        ("sample", ["sample", "--model", model, "--count", "4"]),
        (
          "inpaint",
          ["inpaint", "--model", model, "--images", "Data/photos/test", "--hide", "random:0.3"]
        ),
        ("anomaly", ["anomaly", "--model", model, "--images", "Data/photos/test"]),
      ] {
        let ended = try Child(arguments + ["--output", "\(name).png"], in: sandbox).wait()
        #expect(ended.status == 0, "\(name): \(ended.errors)")
        #expect(try PNGFile.read(sandbox.path("\(name).png")).channels == 3, "\(name)")
      }
      // Grey pictures become RGB for it; those of another size are refused.
      try PNGFile.write(
        pixels: [UInt8](repeating: 9, count: 30), width: 5, height: 6, to: sandbox.path("grey.png"))
      let grey = try Tessera.run(
        "evaluate", "--model", model, "--images", "grey.png", in: sandbox)
      #expect(grey.status == 0, "\(grey.errors)")
      try DurableFile.write(
        IDXFile.encode(sizes: [2, 6, 5], content: [UInt8](repeating: 0, count: 60)),
        to: sandbox.path("grey.idx"))
      let idx = try Tessera.run(
        "evaluate", "--model", model, "--images", "grey.idx", in: sandbox)
      #expect(idx.status == 65)
      #expect(
        idx.errors
          == "tessera: grey.idx: images of 6 x 5 grey pixels, but the model is for 6 x 5 RGB "
          + "pixels; train one on images of this size, or have them made so (--recolour)\n")
    }

    @Test func resultsDoNotDependOnWorkers() throws {
      let (one, two) = (try ColourFolder.sandbox(), try ColourFolder.sandbox())
      try one.run(ColourFolder.yaml(), workers: 1)
      try two.run(ColourFolder.yaml(), workers: 3)
      #expect(try one.results() == two.results())
    }
  }
}
