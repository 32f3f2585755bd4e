import Configuration
import Datasets
import Files
import Foundation
import Testing

extension CommandSuite {
  /// `tessera run` and `tessera ingest` see one folder in one way.
  @Suite struct FolderFaultTests {
    private static let yaml = """
      name: tiny
      stages: {images: {kind: ingest, source: {kind: png-folder, dataset: photos}}}
      """

    private func both(_ sandbox: Sandbox) throws -> [Ended] {
      try sandbox.write("p.yaml", Self.yaml)
      return [
        try Tessera.run("run", "p.yaml", in: sandbox),
        try Tessera.run("ingest", "Data/photos", "--output", "own", in: sandbox),
      ]
    }

    @Test func linksAreFollowedAlike() throws {
      let sandbox = try ColourFolder.sandbox()
      let folder = sandbox.path("Data/photos")
      let first = try #require(try DurableFile.listTree(folder).first)
      #expect(symlink("../../\(first)", joinPath(folder, "train/odd/link.png")) == 0)
      #expect(symlink("../../\(first)", joinPath(folder, "train/even/link.png")) == 0)
      #expect(symlink("/etc/hostname", joinPath(folder, "train/odd/outside.png")) == 0)
      #expect(symlink("..", joinPath(folder, "train/odd/up")) == 0)
      let ended = try both(sandbox)
      #expect(ended.map(\.status) == [0, 0], "\(ended.map(\.errors))")
      let archives = try ["Output/tiny/images/images.h5", "own/images.h5"].map { path in
        let published = sandbox.exists(path)
        return try ImageArchive(published ? sandbox.path(path) : try cached(sandbox))
      }
      #expect(archives[0].sources == archives[1].sources)
      #expect(archives[0].counts == archives[1].counts)
      #expect(archives[0].preparation["leftOut"] == archives[1].preparation["leftOut"])
      #expect(archives[1].preparation["leftOut"]?.contains("links that lead outside") == true)
    }

    private func cached(_ sandbox: Sandbox) throws -> String {
      let name = try DurableFile.listTree(sandbox.path("Data/Cache")).first {
        $0.hasSuffix("/images.h5")
      }
      return sandbox.path("Data/Cache/\(try #require(name))")
    }

    /// A class folder that cannot be listed by anybody: its path is longer than the system takes.
    @Test func aFolderThatCannotBeListedEndsBoth() throws {
      let sandbox = try ColourFolder.sandbox()
      let folder = sandbox.path("Data/photos/train/odd")
      var place = open(folder, O_RDONLY | O_DIRECTORY)
      for _ in 0..<24 {
        try #require(mkdirat(place, String(repeating: "d", count: 200), 0o777) == 0)
        let next = openat(place, String(repeating: "d", count: 200), O_RDONLY | O_DIRECTORY)
        close(place)
        place = next
      }
      close(place)
      for ended in try both(sandbox) {
        #expect(ended.status == 66)
        #expect(ended.errors.contains("Data/photos/train/odd/ddd"))
        #expect(ended.errors.contains("cannot list: File name too long"))
      }
      #expect(!sandbox.exists("own"))
      #expect(try Shell.run("rm -rf '\(folder)'", in: sandbox).status == 0)
    }

    #if os(Linux)
      /// The descriptor that reads this folder is in it, and gone before it is looked at.
      @Test func aFileRemovedMeanwhileIsTold() throws {
        let sandbox = try Sandbox(data: nil)
        let ended = try Shell.run(
          "exec \"$0\" ingest /proc/self/fd --output own 2> errors", in: sandbox)
        #expect(ended.status == 66)
        #expect(
          ended.errors.contains("/proc/self/fd/")
            && ended.errors.contains(": cannot list: No such file or directory"), "\(ended.errors)")
      }
    #endif
  }
}
