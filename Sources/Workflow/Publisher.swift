import Configuration
import Files
import Foundation

/// Copies results from the cache to where people look: `Output/PIPELINE/STAGE/`, and of a stage with
/// variants `Output/PIPELINE/STAGE/images-100/seed-1/`.
///
/// Copies, not links: what a user does to them reaches no cache. Only files that an earlier record
/// there lists are ever removed.
struct Publisher: Sendable {
  /// `Output/PIPELINE`.
  let root: String
  let store: ArtifactStore

  /// What publishing a result would do, or did.
  struct Difference: Hashable {
    /// Listed by the earlier record only: not ours any more.
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
  func earlier(_ stage: String) -> StageRecord? {
    StageRecord.read(in: folder(stage))
  }

  /// Compares what is published with a result. Of a stage that is not published only the record
  /// is kept, so that a later run can say what changed.
  func difference(
    _ stage: String, _ record: StageRecord, of type: any Stage.Type
  ) throws -> Difference {
    let earlier = earlier(stage)
    var difference = Difference(isSameResult: earlier?.fingerprint == record.fingerprint)
    let files = record.files.filter { type.publishes($0.path) }
    let current = Set(files.map(\.path))
    difference.stale = (earlier?.files ?? []).map(\.path).filter {
      !current.contains($0) && FileStatus(of: joinPath(folder(stage), $0))?.isRegular == true
    }
    difference.wanted = try files.filter { try store.damage(of: $0, in: folder(stage)) != nil }
      .map(\.path)
    if earlier?.text != record.text { difference.wanted.append(StageRecord.fileName) }
    if type.isPublished, record.isMeasured, earlier?.files != record.files {
      difference.wanted.append(StageRecord.runFileName)
    }
    difference.outdated = outdated(above: stage)
    return difference
  }

  private func outdated(above stage: String) -> [String] {
    let parts = stage.split(separator: "/")
    return (1..<max(1, parts.count)).map { folder(parts.prefix($0).joined(separator: "/")) }
      .filter { StageRecord.read(in: $0) != nil }
  }

  /// Writes what `difference` names. Everything is copied to a folder beside first, so that a full
  /// disk leaves the old result whole; then the files change places, the record last, so that an
  /// interruption shows.
  func apply(
    _ difference: Difference, _ stage: String, _ record: StageRecord, of type: any Stage.Type
  ) throws {
    let target = folder(stage)
    let source = store.folder(record.fingerprint)
    let name = stage.split(separator: "/").last ?? ""
    let staging = joinPath(parentFolder(target), ".\(name).publishing")
    try DurableFile.createFolder(target)
    // Left by a run that was killed in mid-copy.
    for path in try DurableFile.listTree(target) where ArtifactStore.isTemporary(path) {
      try DurableFile.remove(joinPath(target, path))
    }
    try DurableFile.remove(staging)
    var paths = difference.wanted.filter { !ArtifactStore.isOutsideRecord($0) }
    if type.isPublished {
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

  /// Removes what a record lists, what was measured with it, and the record last.
  private func removeResult(in target: String) throws {
    guard let record = StageRecord.read(in: target) else { return }
    let beside = try FileManager.default.contentsOfDirectory(atPath: target)
      .filter { $0 != StageRecord.fileName && ArtifactStore.isOutsideRecord($0) }
    for path in record.files.map(\.path) + beside
    where FileStatus(of: joinPath(target, path))?.isRegular == true {
      try removeFile(path, in: target)
    }
    try removeFile(StageRecord.fileName, in: target)
  }

  private func copy(_ path: String, from source: String, to target: String) throws {
    let destination = joinPath(target, path)
    try DurableFile.createFolder(parentFolder(destination))
    try DurableFile.copy(joinPath(source, path), to: destination)
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
