import Files
import Foundation
import Testing

extension CommandSuite {
  /// A mask that hides nothing leaves no question: every command and stage refuses it alike.
  @Suite struct NothingHiddenTests {
    /// 8 x 8 pixels of level 0 with alpha: opaque in the left half, transparent in the right.
    private static let shapeInAlpha = """
      iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAQAAABuBnYAAAAAEElEQVR42mNg+A+FcDAgAgDoEB/hzO6vhgAAAABJRU5ErkJg\
      gg==
      """

    private func sandbox() throws -> Sandbox {
      let sandbox = try ModelFixture.sandbox()
      try PNGFile.write(
        pixels: [UInt8](repeating: 127, count: 64), width: 8, height: 8,
        to: sandbox.path("dark.png"))
      let alpha = try #require(Data(base64Encoded: Self.shapeInAlpha))
      try alpha.write(to: URL(filePath: sandbox.path("alpha.png")))
      return sandbox
    }

    /// By each command, and by a pipeline with each stage.
    private func answers(hide: String, in sandbox: Sandbox) throws -> [Ended] {
      let images = ModelFixture.testImages
      var ended = [
        try Tessera.run(
          "evaluate", "--model", "model.h5", "--images", images, "--hide", hide, in: sandbox),
        try Tessera.run(
          "sample", "--model", "model.h5", "--given", images, "--hide", hide, "--output", "s.png",
          in: sandbox),
        try Tessera.run(
          "inpaint", "--model", "model.h5", "--images", images, "--hide", hide, "--output", "i.png",
          in: sandbox),
      ]
      for stage in ["evaluate", "inpaint"] {
        let word = stage == "evaluate" ? hide : "[\"\(hide)\"]"
        try sandbox.write(
          "\(stage).yaml",
          Pipelines.training(
            epochs: 1,
            extra: "  asked: {kind: \(stage), model: spn.model, data: shards, hide: \(word)}"
          ))
        ended.append(try Tessera.run("run", "\(stage).yaml", in: sandbox))
      }
      return ended
    }

    @Test(arguments: [
      ("dark.png", "none of this one's are; paint white"),
      ("alpha.png", "its shape lies in its transparency; save it without transparency"),
    ])
    func aPictureIsBadData(name: String, words: String) throws {
      let sandbox = try sandbox()
      for ended in try answers(hide: name, in: sandbox) {
        #expect(ended.status == 65, "\(ended.output)\(ended.errors)")
        #expect(ended.output.isEmpty)
        #expect(ended.errors.contains("\(name): hides no pixel"), "\(ended.errors)")
        #expect(ended.errors.contains(words), "\(ended.errors)")
      }
      #expect(!sandbox.exists("s.png") && !sandbox.exists("i.png"))
    }

    /// Surely, or by the chance of these images.
    @Test(arguments: [
      ("random:0", "hides no pixel of images of this size"),
      ("random:0.0000001:7", "hides, by chance, no pixel of any of the "),
    ])
    func aFractionThatHidesNothing(word: String, message: String) throws {
      for ended in try answers(hide: word, in: try sandbox()) {
        #expect(ended.status == 78, "\(ended.output)\(ended.errors)")
        #expect(ended.errors.contains("mask '\(word)' \(message)"), "\(ended.errors)")
      }
    }

    @Test func oneBrightPixelIsHidden() throws {
      let sandbox = try sandbox()
      var pixels = [UInt8](repeating: 0, count: 64)
      pixels[20] = 128
      try PNGFile.write(pixels: pixels, width: 8, height: 8, to: sandbox.path("one.png"))
      for ended in try answers(hide: "one.png", in: sandbox) {
        #expect(ended.status == 0, "\(ended.errors)")
      }
    }
  }
}
