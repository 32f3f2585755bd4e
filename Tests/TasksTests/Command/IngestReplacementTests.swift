import Configuration
import Datasets
import Files
import Foundation
import Testing

extension CommandSuite {
  /// `tessera ingest` over an older set of other images: `images.h5` and `shards` are of the same images, always.
  @Suite struct IngestReplacementTests {
    private static let cut = ["--superpixel", "4x4"]

    /// Two data sets, `Data/toy` and `Data/other`, and what `ingest` makes of them: `a` and `b`.
    private func sandbox(new more: [String] = cut) throws -> Sandbox {
      let sandbox = try Sandbox()
      try ToyData(train: 30, seed: 5_000).write(to: sandbox.path("Data/other"))
      try ingest("Data/toy", "a", Self.cut, in: sandbox)
      try ingest("Data/other", "b", more, in: sandbox)
      return sandbox
    }

    private func arguments(_ source: String, _ output: String, _ more: [String]) -> [String] {
      ["ingest", source, "--output", output, "--workers", "1"] + more
    }

    @discardableResult
    private func ingest(
      _ source: String, _ output: String, _ more: [String] = [], in sandbox: Sandbox
    ) throws -> Ended {
      let ended = try Child(arguments(source, output, more), in: sandbox).wait()
      #expect(ended.status == 0, "\(ended.errors)")
      return ended
    }

    /// `own` as it was before: a copy of `a`.
    private func restore(_ sandbox: Sandbox) throws {
      try DurableFile.remove(sandbox.path("own"))
      try DurableFile.copy(sandbox.path("a"), to: sandbox.path("own"))
    }

    /// What is not under a temporary name.
    private func seen(_ folder: String, in sandbox: Sandbox) throws -> [String: String] {
      try sandbox.hashes(folder).filter { !$0.key.hasPrefix(".") }
    }

    private func expectRefusal(in sandbox: Sandbox, _ context: String) throws {
      for arguments in [
        ["inspect", "own/images.h5"], ["inspect", "own/shards/manifest.json"],
        ["ingest", "own/shards", "--output", "copy"],
        ["ingest", "own/shards/all.h5", "--output", "copy"],
      ] {
        let ended = try Child(arguments, in: sandbox).wait()
        #expect(ended.status == 65, "\(context): \(arguments) \(ended.output)")
        #expect(ended.errors.contains("does not belong to the images.h5 beside it"))
        #expect(ended.errors.contains("run the same tessera ingest again"))
      }
    }

    #if os(Linux)
      /// Killed before any call that changes which file has which name; the torture tests do it before all others.
      @Test(arguments: [cut, []])
      func killLeavesACompleteSetOrADetectedMismatch(new more: [String]) throws {
        let sandbox = try sandbox(new: more)
        let calls = try FailingCalls(in: sandbox)
        let (old, new) = (try seen("a", in: sandbox), try seen("b", in: sandbox))
        let images = old.filter { $0.key == "images.h5" }
        let command = arguments("Data/other", "own", more)
        var told = 0
        for family in ["rename", "unlink"] {
          try restore(sandbox)
          #expect(try calls.run(command, family, 0, "KILL").status == 0)
          let count = try calls.count(family)
          try #require(count > 0)
          for number in 1...count {
            let context = "\(family) \(number)"
            try restore(sandbox)
            #expect(try calls.run(command, family, number, "KILL").wasKilled, "\(context)")
            let found = try seen("own", in: sandbox)
            // Without shards to come the older ones go first: the archive alone is whole.
            if found != old, found != new, !more.isEmpty || found != images {
              told += 1
              try expectRefusal(in: sandbox, context)
              #expect(found["images.h5"] == old["images.h5"], "\(context)")
            }
            try ingest("Data/other", "own", more, in: sandbox)
            #expect(try sandbox.hashes("own") == new, "\(context)")
            #expect(try sandbox.strays().isEmpty, "\(context)")
          }
        }
        #expect((told > 0) == !more.isEmpty, "\(told)")
      }

      /// After a kill at the worst moment, a next run that fails leaves one whole set all the same.
      @Test func interruptedIngestIsRepairedBeforeTheNextRun() throws {
        let sandbox = try sandbox()
        let calls = try FailingCalls(in: sandbox)
        let (old, new) = (try seen("a", in: sandbox), try seen("b", in: sandbox))
        try DurableFile.copy(sandbox.path("Data/toy"), to: sandbox.path("Data/bad"))
        let path = sandbox.path("Data/bad/\(ToyData.trainLabels)")
        let labels = try FileBytes.read(path)
        try DurableFile.write(Array(labels.dropLast()), to: path)
        var mended = 0
        try restore(sandbox)
        let command = arguments("Data/other", "own", Self.cut)
        #expect(try calls.run(command, "rename", 0, "KILL").status == 0)
        for number in 1...(try calls.count("rename")) {
          try restore(sandbox)
          _ = try calls.run(command, "rename", number, "KILL")
          let found = try seen("own", in: sandbox)
          for (source, status) in [("nowhere", 66), ("Data/bad", 65)] as [(String, Int32)] {
            let failed = try Child(arguments(source, "own", Self.cut), in: sandbox).wait()
            #expect(failed.status == status, "\(failed.errors)")
          }
          let left = try sandbox.hashes("own")
          #expect(left == old || left == new, "rename \(number)")
          if found != old { mended += left == new ? 1 : 0 }
        }
        #expect(mended == 1)
      }

      /// A call that fails before the old files are removed takes back what was done.
      @Test func aFailedRenameLeavesTheOlderSet() throws {
        let sandbox = try sandbox()
        let calls = try FailingCalls(in: sandbox)
        let old = try seen("a", in: sandbox)
        let command = arguments("Data/other", "own", Self.cut)
        for family in ["rename", "sync"] {
          try restore(sandbox)
          #expect(try calls.run(command, family, 0, "EIO").status == 0)
          for number in 1...(try calls.count(family)) {
            try restore(sandbox)
            let ended = try calls.run(command, family, number, "EIO")
            #expect(ended.status == 74, "\(family) \(number): \(ended.errors)")
            #expect(try sandbox.hashes("own") == old, "\(family) \(number)")
          }
        }
      }
    #endif

    /// However it came about: by a kill, or by hand.
    @Test func shardsOfOtherImagesAreRefusedAndMended() throws {
      let sandbox = try sandbox()
      try restore(sandbox)
      try DurableFile.copy(sandbox.path("b/images.h5"), to: sandbox.path("own/images.h5"))
      try expectRefusal(in: sandbox, "by hand")
      try ingest("Data/other", "own", Self.cut, in: sandbox)
      #expect(try sandbox.hashes("own") == sandbox.hashes("b"))
      // Shards alone are whole.
      try DurableFile.remove(sandbox.path("own/images.h5"))
      try ingest("own/shards", "copy", in: sandbox)
      let inspected = try Tessera.run("inspect", "own/shards/manifest.json", in: sandbox)
      #expect(inspected.status == 0 && !inspected.output.contains("images.h5"))
      let whole = try Tessera.run("inspect", "b/shards/manifest.json", in: sandbox)
      #expect(whole.output.contains("images.h5 matches"), "\(whole.output)")
    }

    @Test func shardsOfOlderImagesGo() throws {
      let sandbox = try sandbox(new: [])
      try restore(sandbox)
      // Of the same images they stay.
      let same = try ingest("Data/toy", "own", in: sandbox)
      #expect(!same.output.contains("warning"))
      #expect(try sandbox.hashes("own") == sandbox.hashes("a"))
      try sandbox.write("own/notes.txt", "mine")
      let ended = try ingest("Data/other", "own", ["--json"], in: sandbox)
      let warnings = try ResolvedValue(json: ended.output)["warnings"]?.list?.compactMap(\.string)
      #expect(
        warnings == [
          "own/shards: removed: it does not belong to the new images.h5; pass --superpixel for new shards"
        ])
      #expect(try sandbox.text("own/notes.txt") == "mine")
      try DurableFile.remove(sandbox.path("own/notes.txt"))
      #expect(try sandbox.hashes("own") == sandbox.hashes("b"))
      #expect(!sandbox.exists("own/shards"))
    }

    @Test(arguments: ["shard-00000.h5", "all.h5", "manifest.json"])
    func unrelatedFilesAreNotReplaced(name: String) throws {
      let sandbox = try sandbox()
      try restore(sandbox)
      try sandbox.write("own/shards/\(name)", "mine")
      let before = try sandbox.hashes("own")
      for more in name == "manifest.json" ? [Self.cut] : [Self.cut, []] {
        let ended = try Child(arguments("Data/other", "own", more), in: sandbox).wait()
        #expect(ended.status == 73)
        let shown = name == "manifest.json" ? "all.h5" : name
        #expect(
          ended.errorLines.last?.hasPrefix("tessera: own/shards/\(shown): is in the way") == true,
          "\(ended.errors)")
        #expect(try sandbox.hashes("own") == before)
      }
    }

    /// A damaged shard is replaced.
    @Test func aDamagedShardIsReplaced() throws {
      let sandbox = try sandbox()
      try restore(sandbox)
      let path = sandbox.path("own/shards/shard-00000.h5")
      var bytes = try FileBytes.read(path)
      bytes[bytes.count - 1] ^= 0x10
      try DurableFile.write(bytes, to: path)
      try ingest("Data/other", "own", Self.cut, in: sandbox)
      #expect(try sandbox.hashes("own") == sandbox.hashes("b"))
    }

    @Test(arguments: ["a folder", "a FIFO", "a link to nothing"])
    func nonRegularFilesAreRefused(kind: String) throws {
      let sandbox = try Sandbox()
      let path = sandbox.path("own/images.h5")
      try DurableFile.createFolder(sandbox.path("own"))
      switch kind {
      case "a folder": try DurableFile.createFolder(path)
      case "a FIFO": #expect(mkfifo(path, 0o600) == 0)
      default: #expect(symlink("nowhere", path) == 0)
      }
      let ended = try Child(arguments("Data/toy", "own", []), in: sandbox).wait()
      #expect(ended.status == 73)
      #expect(
        ended.errorLines.last?.hasPrefix("tessera: own/images.h5: is in the way") == true,
        "\(ended.errors)")
      #expect(try DurableFile.allNames(in: sandbox.path("own")) == ["images.h5"])
    }
  }
}
