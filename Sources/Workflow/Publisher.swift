import Configuration
import Files
import Foundation

/// Copies results from the cache to where people look: `Output/PIPELINE/STAGE/`.
///
/// Copies, not links: what a user does to them reaches no cache. Only files that an earlier record
/// there lists are ever removed.
struct Publisher {
  /// `Output/PIPELINE`.
  let root: String
  let store: ArtifactStore

  /// What publishing a result would do, or did.
  struct Difference: Hashable {
    /// Listed by the earlier record only: not ours any more.
    var stale: [String] = []
    /// Missing or different: to be written.
    var wanted: [String] = []
    /// Whether the record there is the result's own, so that differences are damage.
    var isSameResult = false

    var isEmpty: Bool { stale.isEmpty && wanted.isEmpty }
  }

  func folder(_ stage: String) -> String { joinPath(root, stage) }

  /// The record of the stage's earlier result, if a readable one is there.
  func earlier(_ stage: String) -> StageRecord? {
    let path = joinPath(folder(stage), StageRecord.fileName)
    return FileManager.default.contents(atPath: path)
      .flatMap { StageRecord(text: String(decoding: $0, as: UTF8.self)) }
  }

  /// Compares what is published with a result. Of a stage that is not published only the record
  /// is kept, so that a later run can say what changed.
  func difference(_ stage: String, _ record: StageRecord, isPublished: Bool) throws -> Difference {
    let earlier = earlier(stage)
    var difference = Difference(isSameResult: earlier?.fingerprint == record.fingerprint)
    let files = isPublished ? record.files : []
    let current = Set(files.map(\.path))
    difference.stale = (earlier?.files ?? []).map(\.path).filter {
      !current.contains($0) && FileStatus(of: joinPath(folder(stage), $0))?.isRegular == true
    }
    difference.wanted = try files.filter { try store.damage(of: $0, in: folder(stage)) != nil }
      .map(\.path)
    if earlier != record { difference.wanted.append(StageRecord.fileName) }
    return difference
  }

  /// Writes what `difference` names. Everything is copied to a folder beside first, so that a full
  /// disk leaves the old result whole; then the files change places, the record last, so that an
  /// interruption shows.
  func apply(
    _ difference: Difference, _ stage: String, _ record: StageRecord, isPublished: Bool
  ) throws {
    let target = folder(stage)
    let source = store.folder(record.fingerprint)
    let staging = joinPath(parent(of: target), ".\(stage).publishing")
    try DurableFile.createFolder(target)
    // Left by a run that was killed in mid-copy.
    for path in try DurableFile.listTree(target) where ArtifactStore.isTemporary(path) {
      try DurableFile.remove(joinPath(target, path))
    }
    try DurableFile.remove(staging)
    var paths = difference.wanted.filter { $0 != StageRecord.fileName }
    if isPublished {
      paths += try DurableFile.listTree(source).filter {
        $0 != StageRecord.fileName && ArtifactStore.isOutsideRecord($0)
      }
    }
    paths.append(StageRecord.fileName)
    do {
      for path in paths { try copy(path, from: source, to: staging) }
    } catch {
      try? DurableFile.remove(staging)
      throw error
    }
    for path in difference.stale { try removeFile(path, in: target) }
    for path in paths {
      let destination = joinPath(target, path)
      try DurableFile.createFolder(parent(of: destination))
      try DurableFile.move(joinPath(staging, path), to: destination)
    }
    try DurableFile.remove(staging)
  }

  private func copy(_ path: String, from source: String, to target: String) throws {
    let destination = joinPath(target, path)
    try DurableFile.createFolder(parent(of: destination))
    try DurableFile.copy(joinPath(source, path), to: destination)
  }

  /// Removes a file and the folders that it leaves empty.
  private func removeFile(_ path: String, in target: String) throws {
    try DurableFile.remove(joinPath(target, path))
    var folder = parent(of: joinPath(target, path))
    while folder.utf8.count > target.utf8.count, rmdir(folder) == 0 { folder = parent(of: folder) }
  }
}

/// The folder that a path lies in.
func parent(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
