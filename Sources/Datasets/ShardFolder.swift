import Configuration
import Files

/// A folder that shards are written to in the place of older ones.
package enum ShardFolder {
  /// Throws `ForeignFileFault` (73) where the folder holds anything but one set of shards as its manifest lists
  /// it; nothing at all, or an empty folder, is fine. `FileFault` where that cannot be known.
  package static func requireReplaceable(_ folder: String) throws {
    guard try DurableFile.exists(folder) else { return }
    guard try DurableFile.isFolder(folder) else { throw ForeignFileFault(path: folder) }
    let names = try DurableFile.allNames(in: folder).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    guard let first = names.first else { return }
    let manifest: ShardManifest
    do {
      manifest = try ShardManifest.read(folder: folder)
    } catch let fault as any Fault where [.badData, .noInput].contains(fault.exitCode) {
      // What is in a folder without a readable manifest nobody can tell.
      let foreign = names.first { $0 != ShardManifest.fileName } ?? first
      throw ForeignFileFault(path: joinPath(folder, foreign))
    }
    let own = Set(manifest.shards.map(\.file) + [ShardManifest.fileName, ShardManifest.viewName])
    if let foreign = names.first(where: { !own.contains($0) }) {
      throw ForeignFileFault(path: joinPath(folder, foreign))
    }
  }
}

/// Something in the way of a result that this program did not write, or cannot recognise (exit code 73).
package struct ForeignFileFault: Fault, Equatable {
  package let path: String

  package init(path: String) { self.path = path }

  package var exitCode: ExitCode { .cannotCreate }
  package var description: String {
    "\(path.printable): is in the way, and was not written by tessera ingest: only what it wrote is replaced; "
      + "move it elsewhere, or give another --output"
  }
}
