import Configuration
import Files

/// The cache: a folder for each result, named by its fingerprint. A result is complete or absent.
struct ArtifactStore: Sendable {
  enum State: Hashable {
    case absent
    /// Every file has the size and hash that the record says.
    case intact(StageRecord)
    case corrupt(String)
  }

  let root: String
  let hashes: ContentHashes

  func folder(_ fingerprint: String) -> String { joinPath(root, fingerprint) }
  func partial(_ fingerprint: String) -> String { joinPath(root, "\(fingerprint).partial") }
  func lock(_ fingerprint: String) -> String { joinPath(root, "\(fingerprint).lock") }

  /// Checks a result and all its files. A file that cannot be read is an error, not damage.
  ///
  /// - Throws: `UnreadableResult` where a file cannot be read.
  func state(of expected: StageRecord) throws -> State {
    let folder = folder(expected.fingerprint)
    do { return try state(of: expected, in: folder) } catch let fault as FileFault {
      throw UnreadableResult(folder: folder, cause: fault)
    }
  }

  private func state(of expected: StageRecord, in folder: String) throws -> State {
    guard let status = try FileStatus.of(folder) else { return .absent }
    guard status.isFolder else { return .corrupt("is not a folder") }
    guard try FileStatus.of(joinPath(folder, StageRecord.fileName)) != nil else {
      return .corrupt("has no \(StageRecord.fileName)")
    }
    guard let record = try StageRecord.read(in: folder), record.identity == expected.identity
    else { return .corrupt("\(StageRecord.fileName) is damaged") }
    guard record.isMeasured == expected.isMeasured else {
      return .corrupt("\(StageRecord.runFileName) is missing or damaged")
    }
    for file in record.files {
      if let damage = try damage(of: file, in: folder) {
        return .corrupt("\(file.path.quoted) \(damage)")
      }
    }
    return .intact(record)
  }

  /// What is wrong with a file, or nil.
  func damage(of file: StageRecord.File, in folder: String) throws -> String? {
    let path = joinPath(folder, file.path)
    guard let status = try FileStatus.of(path), status.isRegular else { return "is missing" }
    guard status.size == file.bytes else {
      return "has \(status.size) bytes, expected \(file.bytes)"
    }
    return try hashes.isRight(path, file.sha256) ? nil : "has another content (SHA-256)"
  }

  /// Makes a result visible: `run.json` and its record are written, everything is forced to disk,
  /// and the folder takes its final name, in the place of an older result if there is one. An
  /// interruption leaves it complete or still partial.
  func adopt(
    _ record: StageRecord, failure: String?, run: [String: ResolvedValue]
  ) throws -> StageRecord {
    let partial = partial(record.fingerprint)
    let files = try DurableFile.listTree(partial)
      .filter { !Self.isOutsideRecord($0) }
      .map { path -> StageRecord.File in
        let full = joinPath(partial, path)
        return StageRecord.File(
          path: path, bytes: try FileBytes.size(full), sha256: try SHA256.hex(ofFile: full))
      }
    let complete = record.with(files: files, failure: failure)
    var run = run
    if record.isMeasured { run["files"] = complete.listing }
    run[Measurements.listKey] = try Measurements.listing(partial)
    try DurableFile.write(
      text: SealedJSON.text(run), to: joinPath(partial, StageRecord.runFileName))
    try DurableFile.write(text: complete.text, to: joinPath(partial, StageRecord.fileName))
    try DurableFile.synchroniseTree(partial)
    try DurableFile.replaceFolder(folder(record.fingerprint), by: partial)
    return complete
  }

  /// Measurements and the record itself: beside the result, not part of it.
  static func isOutsideRecord(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return path == StageRecord.fileName || path == StageRecord.runFileName
      || name.hasPrefix("timings.")
  }

  /// Whether a path is that of a temporary file of `DurableFile`.
  static func isTemporary(_ path: String) -> Bool {
    DurableFile.isTemporary(String(path.split(separator: "/").last ?? ""))
  }
}
