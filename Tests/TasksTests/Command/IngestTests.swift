import Configuration
import Datasets
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  /// `tessera ingest`: images of anybody's, by a path alone.
  @Suite struct IngestTests {
    private func ingest(_ arguments: String..., in sandbox: Sandbox) throws -> Ended {
      try Child(["ingest"] + arguments, in: sandbox).wait()
    }

    @Test func aFolderBecomesShards() throws {
      let sandbox = try ColourFolder.sandbox()
      let ended = try ingest(
        "Data/photos", "--output", "own", "--test-folder", "test", "--superpixel", "3x2",
        "--validation", "4", "--json", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      let fields = try ResolvedValue(json: ended.output)
      #expect(fields["channels"]?.integer == 3)
      #expect(
        fields["counts"]?.mapping?.mapValues(\.integer) == [
          "train": 16, "validation": 4, "test": 4,
        ])
      let reader = try ShardReader(folder: sandbox.path("own/shards"))
      try reader.verify()
      #expect(reader.manifest.classNames == ["even", "odd"])
      #expect(reader.manifest.preparation?["sizes"] == "fail")
      let inspected = try Tessera.run("inspect", "own/images.h5", in: sandbox)
      #expect(inspected.output.contains("24 in all (--json lists them)"))
      let before = try sandbox.hashes("own")
      // Again, with other workers: the same files, and nothing beside them.
      let again = try ingest(
        "Data/photos", "--output", "own", "--test-folder", "test", "--superpixel", "3x2",
        "--validation", "4", "--workers", "1", in: sandbox)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try sandbox.hashes("own") == before)
      #expect(
        again.output.contains("16 train, 4 validation, 4 test images of 6 x 5 x 3, 2 classes"))
    }

    @Test func policiesMakeOneShape() throws {
      let sandbox = try ColourFolder.sandbox()
      try PNGFile.write(pixels: [9, 9], width: 2, height: 1, to: sandbox.path("Data/photos/x.png"))
      let refused = try ingest(
        "Data/photos", "--output", "own", "--classes", "none", in: sandbox)
      #expect(refused.status == 65)
      #expect(
        refused.errorLines.last?.contains("Data/photos/x.png: expected a picture of 6 x 5") == true)
      #expect(!sandbox.exists("own"))
      let ended = try ingest(
        "Data/photos", "--output", "own", "--classes", "none", "--sizes", "resize", "--size", "4x4",
        "--channels", "grey", "--test-fraction", "0.2", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      let archive = try ImageArchive(sandbox.path("own/images.h5"))
      #expect(archive.shape == ImageShape(height: 4, width: 4))
      #expect(archive.counts == ["train": 20, "test": 5])
      #expect(
        archive.preparation == [
          "sizes": "resize", "size": "4 x 4", "channels": "grey", "background": "0 0 0",
        ])
      #expect(!sandbox.exists("own/shards"))
    }

    @Test(
      arguments: [(SIGINT, 130, "SIGINT"), (SIGTERM, 143, "SIGTERM")] as [(Int32, Int32, String)])
    func aSignalLeavesNothing(signal: Int32, status: Int32, name: String) throws {
      let sandbox = try Sandbox(data: nil)
      // Long enough to be met in the middle: 60,000 black images of 64 x 64.
      try Data([0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 64, 0, 0, 0, 64])
        .write(to: URL(filePath: sandbox.path("black.idx")))
      #expect(truncate(sandbox.path("black.idx"), 16 + 60_000 * 64 * 64) == 0)
      let child = try Child(
        ["ingest", "black.idx", "--output", "new/own", "--superpixel", "4x4"], in: sandbox)
      let ended = try child.signal(signal) { sandbox.exists("new/own") }
      #expect(ended.status == status && !ended.wasKilled)
      #expect(ended.errorLines.last == "tessera: stopped by \(name)")
      #expect(ended.output.isEmpty)
      #expect(!sandbox.exists("new"), "neither files nor the folders made for them")
    }

    @Test func otherSources() throws {
      let sandbox = try Sandbox()
      let folder = try ingest("Data/toy", "--output", "a", "--superpixel", "4x4", in: sandbox)
      #expect(folder.status == 0, "\(folder.errors)")
      let single = try ingest(
        "Data/toy/\(ToyData.testImages)", "--labels", "Data/toy/\(ToyData.testLabels)", "--output",
        "b", "--test-last", "1", in: sandbox)
      #expect(single.status == 0, "\(single.errors)")
      #expect(try ImageArchive(sandbox.path("b/images.h5")).counts["test"] == 1)
      // Our own archive is an HDF5 file like any other.
      let dataset = try ingest(
        "a/images.h5:/train/images", "--labels", "/train/labels", "--output", "c", in: sandbox)
      #expect(dataset.status == 0, "\(dataset.errors)")
      let (a, c) = (
        try ImageArchive(sandbox.path("a/images.h5")), try ImageArchive(sandbox.path("c/images.h5"))
      )
      let count = try #require(a.counts["train"])
      #expect(c.counts == ["train": count])
      #expect(try c.images("train", 0..<count) == a.images("train", 0..<count))
      #expect(try c.labels("train") == a.labels("train"))
    }

    @Test(
      arguments: [
        (["nowhere"], 66), (["Data/toy", "--superpixel", "4"], 64),
        (["Data/toy", "--sizes", "x"], 64),
        (["Data/toy", "--sizes", "pad"], 64), (["Data/toy", "--superpixel", "99x1"], 78),
        (["Data/toy", "--superpixel", "4x4", "--validation", "9999"], 78), (["empty"], 66),
      ] as [([String], Int32)])
    func whatIsWrongIsTold(arguments: [String], status: Int32) throws {
      let sandbox = try Sandbox()
      try DurableFile.createFolder(sandbox.path("empty"))
      let ended = try Child(["ingest", "--output", "own"] + arguments, in: sandbox).wait()
      #expect(ended.status == status, "\(ended.errors)")
      #expect(!ended.errors.isEmpty && ended.output.isEmpty)
      #expect(!sandbox.exists("own"))
    }
  }
}
