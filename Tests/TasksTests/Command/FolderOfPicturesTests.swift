import Configuration
import Datasets
import Files
import Foundation
import Testing

extension CommandSuite {
  /// Folders as other programs leave them: one account for every command and pipeline.
  @Suite struct FolderOfPicturesTests {
    /// Two classes of three pictures, with a notebook's copies, macOS's, a JPEG and a CSV beside them.
    private func untidy() throws -> Sandbox {
      let sandbox = try ModelFixture.sandbox()
      let all = ToyData().pixels(count: 6, salt: 0)
      for image in 0..<6 {
        let pixels = Array(all[image * 64..<(image + 1) * 64])
        let folder = "Data/pets/\(image < 3 ? "cat" : "dog")"
        for name in ["\(folder)/\(image).png", "Data/pets/.ipynb_checkpoints/\(image).png"] {
          try DurableFile.createFolder((sandbox.path(name) as NSString).deletingLastPathComponent)
          try PNGFile.write(pixels: pixels, width: 8, height: 8, to: sandbox.path(name))
        }
        try sandbox.write("\(folder)/._\(image).png", "Mac OS X")
      }
      try sandbox.write("Data/pets/cat/photo.jpg", "JFIF")
      try sandbox.write("Data/pets/labels.csv", "0,1")
      return sandbox
    }

    private let leftOut = "6 hidden files, 1 hidden folder, 1 JPEG file, 1 other file"

    @Test func anUntidyFolderIsReadAndToldOf() throws {
      let sandbox = try untidy()
      let line =
        "Data/pets: 6 files read, left out: \(leftOut); convert the pictures to PNG"
      let ended = try Tessera.run(
        "ingest", "Data/pets", "--output", "own", "--superpixel", "4x4", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.errorLines.contains("images: warning: \(line)"), "\(ended.errors)")
      let archive = try ImageArchive(sandbox.path("own/images.h5"))
      #expect(archive.classNames == ["cat", "dog"] && archive.counts == ["train": 6])
      #expect(archive.preparation["leftOut"] == leftOut)
      let manifest = try ShardReader(folder: sandbox.path("own/shards")).manifest
      #expect(manifest.preparation?["leftOut"] == leftOut)
      let evaluated = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", "Data/pets", in: sandbox)
      #expect(evaluated.status == 0, "\(evaluated.errors)")
      #expect(evaluated.errorLines == ["tessera: warning: \(line)"])
      #expect(evaluated.output.hasPrefix("6 images: "))
    }

    private let yaml = """
      name: pets
      stages:
        pets: {kind: ingest, source: {kind: png-folder, dataset: pets}}
        cells: {kind: partition, images: pets, superpixel: [4, 4]}
        parts: {kind: split, images: pets, validation: 1}
        shards: {kind: shards, images: pets, partition: cells, split: parts}

      """

    private func manifest(of run: RunSummary) throws -> ShardManifest {
      let stage = try #require(run.stage("shards"))
      return try ShardReader(folder: joinPath(stage.cacheFolder, "shards")).manifest
    }

    /// What Finder or a notebook leave in the folder is no reason to do anything again.
    @Test func hiddenFilesDoNotRerunAPipeline() throws {
      let sandbox = try untidy()
      let summary = try sandbox.run(yaml)
      let warnings = summary.warnings
      #expect(
        warnings == [
          "\(sandbox.path("Data/pets")): 6 files read, left out: \(leftOut); convert the pictures to PNG"
        ])
      let manifest = try manifest(of: summary)
      #expect(manifest.classNames == ["cat", "dog"])
      #expect(manifest.preparation?["leftOut"] == "1 JPEG file, 1 other file")
      try sandbox.write("Data/pets/.DS_Store", "Finder")
      #expect(try sandbox.run(yaml).didNothing)
      // What a user may have meant is part of the record, and so of what it depends on.
      try sandbox.write("Data/pets/dog/photo.jpg", "JFIF")
      #expect(try !sandbox.run(yaml).didNothing)
    }

    /// A class that is linked from elsewhere is followed when asked for, and never lost without a word.
    @Test func linkedClasses() throws {
      let sandbox = try untidy()
      try DurableFile.createFolder(sandbox.path("Data/store"))
      try DurableFile.move(sandbox.path("Data/pets/dog"), to: sandbox.path("Data/store/dog"))
      try DurableFile.remove(sandbox.path("Data/pets/cat/2.png"))
      #expect(symlink("../store/dog", sandbox.path("Data/pets/dog")) == 0)
      let refused = try Tessera.run("ingest", "Data/pets", "--output", "own", in: sandbox)
      #expect(refused.status == 65)
      #expect(
        refused.errorLines.last?.contains(
          "2 files read, but more left out: 1 JPEG file, 1 other file, 3 files behind links that lead outside"
        )
          == true, "\(refused.errors)")
      let told = try Tessera.run(
        "ingest", "Data/pets", "--output", "own", "--leave-out", in: sandbox)
      #expect(told.status == 0, "\(told.errors)")
      #expect(try ImageArchive(sandbox.path("own/images.h5")).counts == ["train": 2])
      let followed = try Tessera.run(
        "ingest", "Data/pets", "--output", "own", "--links", "follow", in: sandbox)
      #expect(followed.status == 0, "\(followed.errors)")
      #expect(try ImageArchive(sandbox.path("own/images.h5")).counts == ["train": 5])
      #expect(throws: (any Error).self) { try sandbox.run(yaml) }
      let source = "{kind: png-folder, dataset: pets, "
      for (field, count) in [("leaveOut: true}", 2), ("links: follow}", 5)] {
        let summary = try sandbox.run(
          yaml.replacingOccurrences(of: "{kind: png-folder, dataset: pets}", with: source + field))
        let manifest = try manifest(of: summary)
        #expect(manifest.counts["train"] == count - 1)
      }
    }

    @Test func aFolderOfOtherPicturesSaysWhatLiesThere() throws {
      let sandbox = try ModelFixture.sandbox()
      try DurableFile.createFolder(sandbox.path("photos"))
      for number in 0..<3 { try sandbox.write("photos/\(number).jpg", "JFIF") }
      let ended = try Tessera.run(
        "evaluate", "--model", "model.h5", "--images", "photos", in: sandbox)
      #expect(ended.status == 66)
      #expect(
        ended.errors
          == "tessera: photos: expected *.png, found 3 JPEG files; convert pictures of other formats to "
          + "PNG\n")
    }
  }
}
