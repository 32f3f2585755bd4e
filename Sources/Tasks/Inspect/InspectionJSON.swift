import Configuration
import Datasets
import Files
import Models
import Workflow

/// JSON files of ours: records of stages, partitions and manifests of shards.
extension Inspection {
  /// - Throws: `ModelFault` or `DatasetFault` (65) for what tessera did not write, or wrote otherwise; `FileFault`.
  static func json(_ path: String) throws -> [(String, ResolvedValue)] {
    let text = String(decoding: try FileBytes.read(path, limit: 1 << 28), as: UTF8.self)
    guard let fields = (try? ResolvedValue(json: text))?.mapping else {
      throw ModelFault(
        path: path,
        reason: "expected a JSON object written by tessera, found none; the file is damaged or of "
          + "another program")
    }
    guard let kind = kind(of: fields) else {
      throw ModelFault(
        path: path,
        reason:
          "expected a field 'format', 'fingerprint' or 'sha256', found none; the file is damaged "
          + "or of another program")
    }
    let rest = fields.filter { $0.key != "format" }.sorted { $0.key < $1.key }
    let integrity = try integrity(kind, fields, text: text, path: path)
    return [("kind", .string(kind))] + rest.map { ($0.key, $0.value) } + [
      ("integrity", .string(integrity))
    ]
  }

  /// Nil for what tessera did not write.
  static func kind(of fields: [String: ResolvedValue]) -> String? {
    func hasDigest(_ key: String) -> Bool { fields[key]?.string?.utf8.count == 64 }
    if let format = fields["format"]?.string { return format }
    if hasDigest("fingerprint") { return stageRecord }
    return hasDigest("sha256") ? runRecord : nil
  }

  private static let stageRecord = "stage record"
  /// `run.json`, and the cache's hashes.
  private static let runRecord = "run record"

  /// What was compared with what the file says of itself and of the files beside it.
  private static func integrity(
    _ kind: String, _ fields: [String: ResolvedValue], text: String, path: String
  ) throws -> String {
    switch kind {
    case PartitionFile.format:
      _ = try PartitionFile.read(path)
      return fields["digest"] == nil ? "no digest: an older file" : "the digest is right"
    case ShardManifest.currentFormat:
      let manifest = try ShardManifest.read(path)
      let hasImages = try ShardFolder.requireOwnImages(of: manifest, in: parentFolder(path))
      return "the digest is right, "
        + (try beside(manifest.shards.map { ($0.file, $0.sha256) }, path: path))
        + (hasImages ? ", images.h5 matches" : "")
    case stageRecord:
      guard let record = StageRecord(text: text) else {
        throw ModelFault(
          path: path,
          reason:
            "fingerprint, sha256: expected those of the other fields, found others; the record "
            + "was edited or damaged; run the pipeline again")
      }
      return "the fingerprint and the digest are right, "
        + (try beside(record.files.map { ($0.path, $0.sha256) }, path: path))
    case runRecord:
      guard SealedJSON.fields(of: text) != nil else {
        throw ModelFault(
          path: path,
          reason:
            "sha256: expected that of the other fields, found another; the file was edited or "
            + "damaged; remove the result's folder in the cache and run the pipeline again")
      }
      return "the digest is right"
    default:
      throw ModelFault(
        path: path,
        reason: "format \(kind.quoted): expected \(PartitionFile.format.quoted) or "
          + "\(ShardManifest.currentFormat.quoted); the file is damaged, of another program, or of a newer "
          + "tessera")
    }
  }

  /// Compares the bytes of a file with the record of the result, or the manifest of the shards, that it belongs to.
  ///
  /// - Returns: the path of the record or manifest that lists the file; nil where none does.
  /// - Throws: `ModelFault`, `DatasetFault` (65) for other bytes; `FileFault` where the disk fails.
  static func requireRecorded(_ path: String) throws -> String? {
    if let recorded = try RecordedFile(of: path) {
      try require(recorded.sha256, of: path, by: recorded.record)
      return recorded.record
    }
    try requireOwnShards(path)
    let manifest = joinPath(parentFolder(path), ShardManifest.fileName)
    guard path != manifest, try FileStatus.of(manifest)?.isRegular == true else { return nil }
    let name = path.split(separator: "/").last.map(String.init)
    // Any other folder may hold a file of that name.
    let entry = try ShardManifest.ifReadable(manifest)?.shards.first { $0.file == name }
    guard let entry else { return nil }
    try require(entry.sha256, of: path, by: manifest)
    return manifest
  }

  /// Compares an archive with the manifest of the shards beside it.
  private static func requireOwnShards(_ path: String) throws {
    let shards = IngestedSet(parentFolder(path)).shards
    guard path.split(separator: "/").last.map(String.init) == IngestedSet.archiveName,
      let manifest = try ShardManifest.ifReadable(joinPath(shards, ShardManifest.fileName))
    else { return }
    try ShardFolder.requireOwnImages(of: manifest, in: shards, archive: path)
  }

  private static func require(_ sha256: String, of path: String, by record: String) throws {
    let found = try SHA256.hex(ofFile: path)
    guard found == sha256 else {
      throw ModelFault(
        path: path,
        reason:
          "expected SHA-256 \(sha256), listed in \(record.printable), found \(found); the file was "
          + "edited or damaged; \(wayOut(record))")
    }
  }

  private static func wayOut(_ record: String) -> String {
    switch record.split(separator: "/").last {
    case "run.json": "remove the result's folder in the cache and run the pipeline again"
    case "manifest.json": "run the pipeline, or tessera ingest, again"
    default: "run the pipeline again"
    }
  }

  /// Compares the files that lie beside a list of them; a list that was copied alone has none.
  private static func beside(
    _ files: [(name: String, sha256: String)], path: String
  ) throws -> String {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var found = 0
    for file in files {
      let own = joinPath(folder, file.name)
      do { try require(file.sha256, of: own, by: path) } catch let fault as FileFault
        where fault.isAbsence
      { continue }
      found += 1
    }
    return "\(found) of \(files.count) listed files are present and unchanged"
  }
}
