import Files
import Foundation
import Testing

extension CommandSuite {
  /// A result replaces no input of its command and nothing but regular files.
  @Suite struct OutputFileTests {
    @Test(arguments: [
      ["sample", "--model", "model.h5", "--count", "2", "--output", "model.h5"],
      ["sample", "--model", "model.h5", "--count", "2", "--output", "./model.h5"],
      ["sample", "--model", "model.h5", "--count", "2", "--output", "link.h5"],
      ["sample", "--model", "link.h5", "--count", "2", "--output", "model.h5"],
      [
        "inpaint", "--model", "model.h5", "--images", ModelFixture.testImages, "--hide", "left",
        "--output", ModelFixture.testImages,
      ],
      [
        "anomaly", "--model", "model.h5", "--images", ModelFixture.testImages, "--output", "a.png",
        "--table", ModelFixture.testImages,
      ],
      [
        "anomaly", "--model", "model.h5", "--images", "Data/toy", "--output",
        ModelFixture.testImages,
      ],
      [
        "classify", "--model", "model.h5", "--images", ModelFixture.testImages, "--output",
        "model.h5",
      ],
      ["convert", "--model", "link.h5", "--output", "model.h5"],
    ])
    func inputsAreNotReplaced(words: [String]) throws {
      let sandbox = try ModelFixture.sandbox()
      symlink("model.h5", sandbox.path("link.h5"))
      let files = ["model.h5", ModelFixture.testImages]
      let before = try files.map { try FileBytes.read(sandbox.path($0)) }
      let ended = try Tessera.run(words, in: sandbox)
      #expect(ended.status == 64, "\(ended.errors)")
      #expect(ended.errors.contains("expected"), "\(ended.errors)")
      #expect(try files.map { try FileBytes.read(sandbox.path($0)) } == before)
    }

    @Test(arguments: ["fifo", "folder", "/dev/null"])
    func onlyRegularFilesAreReplaced(output: String) throws {
      let sandbox = try ModelFixture.sandbox()
      mkfifo(sandbox.path("fifo"), 0o600)
      mkdir(sandbox.path("folder"), 0o700)
      let ended = try Tessera.run(
        "sample", "--model", "model.h5", "--count", "2", "--output", output, in: sandbox)
      #expect(ended.status == 73, "\(ended.errors)")
      #expect(ended.errors.contains("expected a file to replace"), "\(ended.errors)")
      let path = output.hasPrefix("/") ? output : sandbox.path(output)
      #expect(try FileStatus.of(path)?.isRegular == false)
    }

    @Test func aLinkStays() throws {
      let sandbox = try ModelFixture.sandbox()
      try sandbox.write("old.png", "old")
      symlink("old.png", sandbox.path("link.png"))
      let ended = try Tessera.run(
        "sample", "--model", "model.h5", "--count", "2", "--output", "link.png", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output == "link.png\n")
      #expect(try FileBytes.size(sandbox.path("old.png")) > 3)
      let attributes = try FileManager.default.attributesOfItem(atPath: sandbox.path("link.png"))
      #expect(attributes[.type] as? FileAttributeType == .typeSymbolicLink)
    }
  }

  /// Options that do not apply to a source.
  @Suite struct SourceOptionTests {
    @Test(arguments: [
      ("Data/toy", ["--test-last", "3"]), ("Data/toy", ["--test-fraction", "0.5"]),
      ("Data/toy", ["--sizes", "resize", "--size", "9x9"]),
      ("Data/toy", ["--test-folder", "test"]),
      ("Data/toy", ["--classes", "path"]), ("Data/toy", ["--background", "white"]),
      ("Data/toy", ["--links", "follow"]), ("Data/toy", ["--leave-out"]),
      ("Data/toy", ["--axes", "image,row,column"]), ("Data/toy", ["--labels", "labels"]),
      (ModelFixture.testImages, ["--size", "9x9"]),
      (ModelFixture.testImages, ["--test-list", "nothere"]),
      (ModelFixture.testImages, ["--test-folder", "q"]),
    ])
    func ingestRefusesThem(source: String, words: [String]) throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try Tessera.run(["ingest", source, "--output", "out"] + words, in: sandbox)
      #expect(ended.status == 64, "\(words): \(ended.errors)")
      #expect(
        words.contains { ended.errors.contains("\($0) does not apply to") }, "\(ended.errors)")
      #expect(!sandbox.exists("out"))
    }

    @Test func questionsRefuseThem() throws {
      let sandbox = try ModelFixture.sandbox()
      for words in [["--links", "follow"], ["--axes", "image,row,column"], ["--leave-out"]] {
        let ended = try Tessera.run(
          ["evaluate", "--model", "model.h5", "--images", ModelFixture.testImages] + words,
          in: sandbox)
        #expect(ended.status == 64, "\(words): \(ended.errors)")
      }
    }

    @Test func whatASourceObeysIsDone() throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try Tessera.run(
        "ingest", ModelFixture.testImages, "--labels", ModelFixture.testLabels, "--test-last", "2",
        "--output", "out", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output.contains("2 test"), "\(ended.output)")
    }
  }
}
