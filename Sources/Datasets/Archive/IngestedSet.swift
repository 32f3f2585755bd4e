import Configuration
import Files

/// What `tessera ingest` writes into a folder: the archive `images.h5` and, of images cut into superpixels, the folder
/// `shards`, whose manifest has the SHA-256 of the archive.
///
/// Two renames are not atomic, and the folder may contain other files, so that it cannot be exchanged as a whole. If
/// the process is killed between them, the older archive and the newer shards remain: `ShardFolder.requireOwnImages`
/// detects that, and `mend` repairs it.
package struct IngestedSet: Sendable {
  package static let archiveName = "images.h5"
  package static let shardsName = "shards"

  package let folder: String
  package var archive: String { joinPath(folder, Self.archiveName) }
  package var shards: String { joinPath(folder, Self.shardsName) }

  package init(_ folder: String) { self.folder = folder }

  // MARK: What is there

  /// Throws `ForeignFileFault` (73) where something that `tessera ingest` did not write would be lost; `FileFault`
  /// where that cannot be known.
  ///
  /// - Parameter cuts: whether new shards will be written; if not, an unrelated folder `shards` is accepted.
  package func requireReplaceable(cuts: Bool) throws {
    if let found = try FileStatus.of(archive, for: .create) {
      guard found.isRegular, try ArchiveSource.recognises(archive) else {
        throw ForeignFileFault(path: archive)
      }
    } else if try DurableFile.isLink(archive) {
      throw ForeignFileFault(path: archive)
    }
    if try cuts || ShardFolder.manifest(of: shards) != nil {
      try ShardFolder.requireReplaceable(shards)
    }
  }

  // MARK: Replacing

  /// Renames finished files, under temporary names in the folder, over older ones. Shards that do not belong to the
  /// new archive are removed, also without new ones.
  ///
  /// - Parameters:
  ///   - newArchive: in the place of the archive.
  ///   - newShards: in the place of the shards; nil for none.
  /// - Returns: whether older shards were removed without replacement.
  /// - Throws: `FileFault`; all is as it was then, and the new files are gone. Where even that fails, they stay for the
  ///   next process to mend. A fault in removing the older files changes nothing of the new ones.
  package func replace(byArchive newArchive: String, shards newShards: String?) throws -> Bool {
    var steps: [Replacement] = []
    var removes = false
    do {
      if newShards == nil, let older = try ShardFolder.manifest(of: shards) {
        removes = try older.images != digest(newArchive)
      }
      // Only the manifest identifies its counterpart, so shards are replaced first: an interruption leaves a
      // detectable mismatch. Without older shards the archive comes first, which leaves an archive alone.
      let areFirst = try newShards != nil && DurableFile.exists(shards) || removes
      if areFirst { steps.append(try Replacement(of: shards, by: newShards)) }
      steps.append(try Replacement(of: archive, by: newArchive))
      if !areFirst, let newShards { steps.append(try Replacement(of: shards, by: newShards)) }
      try DurableFile.synchronise(path: folder)
    } catch {
      do {
        for step in steps.reversed() { try step.undo() }
        for temporary in [newArchive, newShards] {
          if let temporary { try DurableFile.remove(temporary) }
        }
      } catch {}
      throw error
    }
    for step in steps { try step.finish() }
    return removes
  }

  // MARK: What a killed process left

  package static func isTemporary(_ name: String) -> Bool {
    isTemporary(name, of: archiveName) || isTemporary(name, of: shardsName)
  }

  private static func isTemporary(_ name: String, of final: String) -> Bool {
    DurableFile.isTemporary(name) && name.drop { $0 == "." }.hasPrefix(final)
  }

  /// Makes one whole set of what a killed process left, and removes the rest. Requires exclusive access to the folder
  /// (`FolderUse`).
  package func mend() throws {
    let names = try DurableFile.allNames(in: folder).filter(Self.isTemporary).sorted()
    if !names.isEmpty { try join(names) }
    try DurableFile.removeLitter(in: folder, where: Self.isTemporary)
  }

  /// Archive and shards that belong together take their places where those that have them do not.
  private func join(_ names: [String]) throws {
    let archives = names.filter { Self.isTemporary($0, of: Self.archiveName) }
      .map { joinPath(folder, $0) }
    let sets = names.filter { Self.isTemporary($0, of: Self.shardsName) }
      .map { joinPath(folder, $0) }
    let present = try digest(archive)
    if try FileStatus.of(shards) != nil {
      // Shards of an older program say nothing of their images.
      guard let wanted = try ShardFolder.manifest(of: shards)?.images, wanted != present else {
        return
      }
      if let new = try archives.first(where: { try digest($0) == wanted }) {
        return try DurableFile.move(new, to: archive)
      }
      if let own = try sets.first(where: { try isWhole($0, of: present) }) {
        try DurableFile.replaceFolder(shards, by: own)
      }
    } else if present != nil {
      if let own = try sets.first(where: { try isWhole($0, of: present) }) {
        try DurableFile.move(own, to: shards)
      }
    } else {
      for new in archives {
        let digest = try digest(new)
        guard let own = try sets.first(where: { try isWhole($0, of: digest) }) else { continue }
        try DurableFile.move(new, to: archive)
        return try DurableFile.move(own, to: shards)
      }
    }
  }

  private func digest(_ path: String) throws -> String? {
    try FileStatus.of(path)?.isRegular == true ? SHA256.hex(ofFile: path) : nil
  }

  /// Whether a folder holds all shards of an archive: none that was being written, nor one that was being removed.
  private func isWhole(_ set: String, of archive: String?) throws -> Bool {
    guard let archive, try ShardFolder.manifest(of: set)?.images == archive else { return false }
    do {
      try ShardReader(folder: set).verify()
      return true
    } catch let fault as any Fault where fault.exitCode == .badData {
      return false
    }
  }
}
