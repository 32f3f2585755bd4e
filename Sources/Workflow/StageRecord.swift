import Configuration
import Files

/// What `stage.json` says of one result: how it was made, and every file of it.
///
/// It holds no name of a stage or pipeline, no path, host or time: equal work, equal bytes.
package struct StageRecord: Hashable, Sendable {
  package struct File: Hashable, Sendable {
    /// Relative to the stage's folder.
    package let path: String
    package let bytes: Int
    package let sha256: String
  }

  static let fileName = "stage.json"

  /// Everything the fingerprint covers: `format`, `kind`, `version`, `fields`, `inputs`, `raw`.
  package let identity: ResolvedValue
  package let fingerprint: String
  package let files: [File]

  init(identity: ResolvedValue, files: [File] = []) {
    self.identity = identity
    fingerprint = SHA256.hex(of: identity.canonicalText)
    self.files = files
  }

  func with(files: [File]) -> StageRecord { StageRecord(identity: identity, files: files) }

  /// The content of `stage.json`.
  var text: String {
    var entries = identity.mapping ?? [:]
    entries["fingerprint"] = .string(fingerprint)
    entries["files"] = .list(
      files.map {
        .mapping([
          "path": .string($0.path), "bytes": .integer($0.bytes), "sha256": .string($0.sha256),
        ])
      })
    return ResolvedValue.mapping(entries).jsonText + "\n"
  }

  /// Reads `stage.json`; nil if it is not one, or names a file outside its folder.
  package init?(text: String) {
    guard var entries = try? ResolvedValue(json: text).mapping,
      let fingerprint = entries.removeValue(forKey: "fingerprint")?.string,
      let list = entries.removeValue(forKey: "files")?.list
    else { return nil }
    let files = list.compactMap { entry -> File? in
      guard let path = entry["path"]?.string, let bytes = entry["bytes"]?.integer,
        let sha256 = entry["sha256"]?.string, Self.isInside(path)
      else { return nil }
      return File(path: path, bytes: bytes, sha256: sha256)
    }
    self.init(identity: .mapping(entries), files: files)
    guard files.count == list.count, self.fingerprint == fingerprint else { return nil }
  }

  private static func isInside(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
  }
}
