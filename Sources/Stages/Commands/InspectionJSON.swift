import Configuration
import Datasets
import Files
import Workflow

/// JSON files of ours: records of stages, partitions and manifests of shards.
extension Inspection {
  /// - Throws: `ModelFault` or `DatasetFault` (65) for what tessera did not write, or wrote otherwise; `FileFault`.
  static func json(_ path: String) throws -> [(String, ResolvedValue)] {
    let text = String(decoding: try FileBytes.read(path, limit: 1 << 28), as: UTF8.self)
    guard let fields = (try? ResolvedValue(json: text))?.mapping,
      let kind = fields["format"]?.string ?? (fields["fingerprint"] == nil ? nil : "stage record")
    else { throw ModelFault(path: path, reason: "JSON, but nothing that tessera wrote") }
    let rest = fields.filter { $0.key != "format" }.sorted { $0.key < $1.key }
    let integrity = try integrity(kind, fields, text: text, path: path)
    return [("kind", .string(kind))] + rest.map { ($0.key, $0.value) } + [
      ("integrity", .string(integrity))
    ]
  }

  /// What was compared with what the file says of itself and of the files beside it.
  private static func integrity(
    _ kind: String, _ fields: [String: ResolvedValue], text: String, path: String
  ) throws -> String {
    switch kind {
    case PartitionFile.format:
      _ = try PartitionFile.read(path)
      return fields["digest"] == nil ? "no digest: an older file" : "the digest is right"
    case ShardManifest.currentFormat:
      let shards = try ShardManifest.read(path).shards.map { ($0.file, $0.sha256) }
      return "the digest is right, " + (try beside(shards, path: path))
    case "stage record":
      guard let record = StageRecord(text: text) else {
        throw ModelFault(
          path: path,
          reason: "fingerprint: it is not that of the other fields: the record was edited or "
            + "damaged; run the pipeline again")
      }
      return "the fingerprint is right, "
        + (try beside(record.files.map { ($0.path, $0.sha256) }, path: path))
    default: return "no digest: unknown to this version"
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
      let sha256: String
      do {
        sha256 = try SHA256.hex(ofFile: own)
      } catch let fault as FileFault where fault.isAbsence { continue }
      guard sha256 == file.sha256 else {
        throw ModelFault(
          path: own,
          reason: "expected SHA-256 \(file.sha256) by \(path.printable), found \(sha256): it was "
            + "edited or damaged; run the pipeline again")
      }
      found += 1
    }
    return "\(found) of \(files.count) files are here and as recorded"
  }
}
