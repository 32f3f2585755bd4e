import Datasets
import Files
import Foundation
import Storage
import Testing

extension CommandSuite {
  /// What somebody else put where results of `tessera ingest` go.
  @Suite struct ForeignFilesOfIngestTests {
    private func ingest(_ sandbox: Sandbox) throws -> Ended {
      try Tessera.run(
        "ingest", "Data/toy", "--output", "own", "--superpixel", "4x4", in: sandbox)
    }

    @Test(arguments: [
      "own/shards/letters.txt", "own/shards/.hidden", "own/shards/deep/letters.txt",
      "own/shards/manifest.json", "own/shards", "own/images.h5",
    ])
    func aStrangersFileStays(name: String) throws {
      let sandbox = try Sandbox()
      try DurableFile.createFolder(sandbox.path((name as NSString).deletingLastPathComponent))
      try sandbox.write(name, "mine")
      let before = try sandbox.hashes("own")
      let ended = try ingest(sandbox)
      #expect(ended.status == 73)
      let shown = name.replacing("/letters.txt", with: name.contains("deep") ? "" : "/letters.txt")
      #expect(
        ended.errorLines.last?.hasPrefix("tessera: \(shown): is in the way") == true,
        "\(ended.errors)")
      #expect(ended.errors.contains("give another --output"))
      #expect(try sandbox.hashes("own") == before)
      try DurableFile.remove(sandbox.path("own"))
      #expect(try ingest(sandbox).status == 0)
    }

    @Test func aFileAmongOurShardsStays() throws {
      let sandbox = try Sandbox()
      #expect(try ingest(sandbox).status == 0)
      try sandbox.write("own/shards/notes.txt", "mine")
      let before = try sandbox.hashes("own")
      let ended = try ingest(sandbox)
      #expect(ended.status == 73 && ended.errors.contains("own/shards/notes.txt: is in the way"))
      #expect(try sandbox.hashes("own") == before)
      try DurableFile.remove(sandbox.path("own/shards/notes.txt"))
      #expect(try ingest(sandbox).status == 0)
    }

    @Test func anHDF5FileOfAnotherProgramStays() throws {
      let sandbox = try Sandbox()
      try DurableFile.createFolder(sandbox.path("own"))
      try HDF5File.writeAtomically(to: sandbox.path("own/images.h5")) { try $0.write("/x", [1.0]) }
      let before = try sandbox.hashes("own")
      #expect(try ingest(sandbox).status == 73)
      #expect(try sandbox.hashes("own") == before)
    }

    /// Killed at any moment, the folder holds one whole set.
    @Test func killedAnywhereThereIsOneWholeSet() throws {
      let sandbox = try Sandbox()
      #expect(try ingest(sandbox).status == 0)
      for milliseconds in stride(from: 5, through: 125, by: 8) {
        let child = try Child(
          ["ingest", "Data/toy", "--output", "own", "--superpixel", "4x4"], in: sandbox)
        usleep(UInt32(milliseconds) * 1_000)
        kill(child.identifier, SIGKILL)
        _ = try child.wait()
        try ShardReader(folder: sandbox.path("own/shards")).verify()
      }
      #expect(try ingest(sandbox).status == 0)
    }
  }
}
