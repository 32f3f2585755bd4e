import Configuration
import Files
import Storage

/// A folder of shards where `tessera ingest` writes one.
package enum ShardFolder {
  /// The manifest of what this program wrote; nil where there is none that can be read as such.
  static func manifest(of folder: String) throws -> ShardManifest? {
    do {
      return try ShardManifest.read(folder: folder)
    } catch let fault as any Fault where [.badData, .noInput].contains(fault.exitCode) {
      return nil
    }
  }

  /// Throws `ForeignFileFault` (73) where the folder holds anything but one set of shards as its manifest lists
  /// it; nothing at all, or an empty folder, is fine. `FileFault` where that cannot be known.
  package static func requireReplaceable(_ folder: String) throws {
    guard let found = try FileStatus.of(folder, for: .create) else {
      if try DurableFile.isLink(folder) { throw ForeignFileFault(path: folder) }
      return
    }
    guard found.isFolder else { throw ForeignFileFault(path: folder) }
    let names = try DurableFile.allNames(in: folder).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    guard let first = names.first else { return }
    guard let manifest = try manifest(of: folder) else {
      // The files of a folder without a readable manifest cannot be recognised.
      let foreign = names.first { $0 != ShardManifest.fileName } ?? first
      throw ForeignFileFault(path: joinPath(folder, foreign))
    }
    let own = Dictionary(uniqueKeysWithValues: manifest.shards.map { ($0.file, $0) })
    let areOwn = try mapInParallel(names) { name in
      let path = joinPath(folder, name)
      if let entry = own[name] { return try isOwn(path, entry) }
      return try name == ShardManifest.fileName
        || name == ShardManifest.viewName && hasFormat(ShardWriter.viewFormat, path)
    }
    if let foreign = zip(names, areOwn).first(where: { !$0.1 })?.0 {
      throw ForeignFileFault(path: joinPath(folder, foreign))
    }
  }

  /// Whether a file is the shard that the manifest lists, or at least a shard: a damaged one may be written again.
  private static func isOwn(_ path: String, _ entry: ShardEntry) throws -> Bool {
    guard let found = try FileStatus.of(path), found.isRegular else { return false }
    if found.size == entry.bytes, try SHA256.hex(ofFile: path) == entry.sha256 { return true }
    return try hasFormat(ShardWriter.format, path)
  }

  /// Compares the archive that lies beside a folder of shards with the one that their manifest names.
  ///
  /// - Parameter archive: nil for `images.h5` beside the folder.
  /// - Returns: whether there were both to be compared. Shards alone are whole.
  /// - Throws: `DatasetFault` (65) for another archive; `FileFault`.
  @discardableResult
  package static func requireOwnImages(
    of manifest: ShardManifest, in folder: String, archive: String? = nil
  ) throws -> Bool {
    // By way of the folder itself: its path may end in "." or "..".
    let archive = archive ?? joinPath(folder, "..", IngestedSet.archiveName)
    guard let expected = manifest.images,
      try FileStatus.of(archive, for: .read)?.isRegular == true
    else { return false }
    let found = try SHA256.hex(ofFile: archive)
    guard found == expected else {
      throw DatasetFault.otherImages(shards: folder, expected: expected, found: found)
    }
    return true
  }
}

/// Whether a file says that it is of a format of ours. Throws `FileFault` where it cannot be read.
func hasFormat(_ format: String, _ path: String) throws -> Bool {
  do {
    return try isHDF5(path) && ForeignFile(path).format() == format
  } catch let fault as any Fault where fault.exitCode == .badData {
    return false
  }
}

/// Something in the way of a result that this program did not write, or cannot recognise (exit code 73).
package struct ForeignFileFault: Fault, Equatable {
  package let path: String

  package init(path: String) { self.path = path }

  package var exitCode: ExitCode { .cannotCreate }
  package var description: String {
    "\(path.printable): is in the way, and was not written by tessera ingest, or is damaged: only what it wrote is "
      + "replaced; "
      + "move it elsewhere, or give another --output"
  }
}
