import Configuration
import Files
import Foundation

/// Copies results from the cache to the output folder: `Output/PIPELINE/STAGE/`, and of a stage with
/// variants `Output/PIPELINE/STAGE/images-100/seed-1/`.
///
/// Copies, not links, so that editing them does not change the cache. Only files that an earlier record
/// there lists are ever removed.
struct Publisher: Sendable {
  /// `Output/PIPELINE`.
  let root: String
  static let stagingSuffix = ".publishing"
  let store: ArtifactStore

  /// What publishing a result would do, or did.
  struct Difference: Hashable {
    /// Listed by the earlier record alone: to be removed.
    var stale: [String] = []
    /// Missing or different: to be written.
    var wanted: [String] = []
    /// Folders above with a result of the stage from when it had no variants, or fewer axes.
    var outdated: [String] = []
    /// Whether the record there is the result's own, so that differences are damage.
    var isSameResult = false

    var isEmpty: Bool { stale.isEmpty && wanted.isEmpty && outdated.isEmpty }
  }

  /// `stage` is a stage's name with its variant, here and below.
  func folder(_ stage: String) -> String { joinPath(root, stage) }

  /// The record of the stage's earlier result, if a readable one is there.
  ///
  /// - Throws: `FileFault` where a record is there and cannot be read.
  func earlier(_ stage: String) throws -> StageRecord? {
    try StageRecord.read(in: folder(stage))
  }

  /// Compares what is published with a result. Of a stage that is not published only the record
  /// is kept, so that a later run can say what changed.
  func difference(
    _ stage: String, _ record: StageRecord, of type: any Stage.Type
  ) throws -> Difference {
    let earlier = try earlier(stage)
    var difference = Difference(isSameResult: earlier?.fingerprint == record.fingerprint)
    let files = record.files.filter { type.publishes($0.path) }
    let current = Set(files.map(\.path))
    difference.stale = try (earlier?.files ?? []).map(\.path).filter {
      try !current.contains($0)
        && FileStatus.of(joinPath(folder(stage), $0))?.isRegular == true
    }
    difference.wanted = try files.filter { try store.damage(of: $0, in: folder(stage)) != nil }
      .map(\.path)
    if earlier?.text != record.text { difference.wanted.append(StageRecord.fileName) }
    if type.isPublished { difference.wanted += try measurements(stage, of: record) }
    difference.outdated = try outdated(above: stage)
    return difference
  }

  /// The measurements whose published files differ from the stored ones, except those that are damaged in the store.
  private func measurements(_ stage: String, of record: StageRecord) throws -> [String] {
    let stored = try Measurements(store.folder(record.fingerprint))
    let damaged = try stored.damaged(store.hashes)
    return try stored.names.filter { name in
      if damaged.contains(name) { return false }
      let published = joinPath(folder(stage), name)
      guard try FileStatus.of(published)?.isRegular == true else { return true }
      return try store.hashes.hex(of: published)
        != store.hashes.hex(of: joinPath(stored.folder, name))
    }
  }

  private func outdated(above stage: String) throws -> [String] {
    let parts = stage.split(separator: "/")
    return try (1..<max(1, parts.count)).map { folder(parts.prefix($0).joined(separator: "/")) }
      .filter { try StageRecord.read(in: $0) != nil }
  }

  /// Writes what `difference` names. Everything is copied to a folder beside first, so that a full
  /// disk leaves the old result whole; then the files are moved to their places, the record last, so that an
  /// interruption is detected.
  func apply(
    _ difference: Difference, _ stage: String, _ record: StageRecord, of type: any Stage.Type
  ) throws {
    let target = folder(stage)
    let source = store.folder(record.fingerprint)
    let name = stage.split(separator: "/").last ?? ""
    let staging = joinPath(parentFolder(target), ".\(name)\(Self.stagingSuffix)")
    try DurableFile.createFolder(target)
    // Left by a run that was killed in mid-copy.
    for path in try DurableFile.listTree(target) where ArtifactStore.isTemporary(path) {
      try DurableFile.remove(joinPath(target, path))
    }
    try DurableFile.remove(staging)
    var paths = difference.wanted.filter { $0 != StageRecord.fileName }
    paths.append(StageRecord.fileName)
    do {
      for path in paths { try copy(path, of: record, from: source, to: staging) }
    } catch {
      try? DurableFile.remove(staging)
      throw error
    }
    // First: what they list may lie where the variant goes.
    for folder in difference.outdated { try removeResult(in: folder) }
    for path in difference.stale { try removeFile(path, in: target) }
    for path in paths {
      let destination = joinPath(target, path)
      try DurableFile.createFolder(parentFolder(destination))
      try DurableFile.move(joinPath(staging, path), to: destination)
    }
    try DurableFile.remove(staging)
  }

  /// Removes the files that a record lists, their measurements, and the record last.
  private func removeResult(in target: String) throws {
    guard let record = try StageRecord.read(in: target) else { return }
    let beside = try DurableFile.names(in: target)
      .filter { $0 != StageRecord.fileName && ArtifactStore.isOutsideRecord($0) }
    for path in record.files.map(\.path) + beside
    where try FileStatus.of(joinPath(target, path))?.isRegular == true {
      try removeFile(path, in: target)
    }
    try removeFile(StageRecord.fileName, in: target)
  }

  /// - Throws: `RottenFile` where a file of the result is not what its record says.
  private func copy(
    _ path: String, of record: StageRecord, from source: String, to target: String
  ) throws {
    let (stored, destination) = (joinPath(source, path), joinPath(target, path))
    try DurableFile.createFolder(parentFolder(destination))
    // The record as it was read and compared, not what another reading of its file may find.
    if path == StageRecord.fileName {
      return try DurableFile.write(text: record.text, to: destination)
    }
    let listed = record.files.first { $0.path == path }?.sha256
    guard let sha256 = try listed ?? Measurements(source).sha256(of: path) else {
      return try DurableFile.copy(stored, to: destination)
    }
    do { try DurableFile.copy(stored, to: destination, sha256: sha256) } catch let fault
      as FileFault where fault.reason == .contentDiffers
    {
      // Its times and size are those of the file that was hashed before.
      store.hashes.forget(stored)
      throw RottenFile(cause: fault)
    }
  }

  /// Removes a file and the folders that it leaves empty.
  private func removeFile(_ path: String, in target: String) throws {
    try DurableFile.remove(joinPath(target, path))
    var folder = parentFolder(joinPath(target, path))
    while folder.utf8.count > target.utf8.count, rmdir(folder) == 0 {
      folder = parentFolder(folder)
    }
  }
}
