import Configuration
import Files
import Foundation

/// What `stage.json` says of one result: how it was made, every file of it, and why it failed if it
/// did.
///
/// It holds no name of a stage or pipeline, no path, host or time: equal work, equal bytes. So the
/// files of a measured result, which differ from run to run, are listed in `run.json` instead.
package struct StageRecord: Hashable, Sendable {
  package struct File: Hashable, Sendable {
    /// Relative to the stage's folder.
    package let path: String
    package let bytes: Int
    package let sha256: String
  }

  static let fileName = "stage.json"
  static let runFileName = "run.json"

  /// Everything the fingerprint covers: `format`, `kind`, `version`, `fields`, `inputs`, `raw`.
  package let identity: ResolvedValue
  package let fingerprint: String
  package let files: [File]
  /// Why the stage has no good result to show, in its own words; the files are there all the same.
  package let failure: String?
  /// Whether the files depend on measured times, so that `run.json` lists them.
  let isMeasured: Bool

  init(
    identity: ResolvedValue, files: [File] = [], failure: String? = nil, isMeasured: Bool = false
  ) {
    self.identity = identity
    fingerprint = SHA256.hex(of: identity.canonicalText)
    self.files = files
    self.failure = failure
    self.isMeasured = isMeasured
  }

  /// The record of a result that is there.
  func with(files: [File], failure: String?) -> StageRecord {
    StageRecord(identity: identity, files: files, failure: failure, isMeasured: isMeasured)
  }

  /// The content of `stage.json`: it carries its own digest, because the fingerprint covers neither the list of files
  /// nor the failure.
  var text: String {
    var entries = identity.mapping ?? [:]
    entries["fingerprint"] = .string(fingerprint)
    entries["files"] = isMeasured ? .list([]) : listing
    if let failure { entries["failure"] = .string(failure) }
    return SealedJSON.text(entries)
  }

  /// The files with size and hash, for `stage.json` or, of a measured result, `run.json`.
  var listing: ResolvedValue {
    .list(
      files.map {
        .mapping([
          "path": .string($0.path), "bytes": .integer($0.bytes), "sha256": .string($0.sha256),
        ])
      })
  }

  /// Reads the record in a result's folder, that of a measured one with the files of its `run.json`. Nil where there
  /// is none, or where what was read is no record.
  ///
  /// - Throws: `FileFault` where it cannot be read: that says nothing of what it holds.
  static func read(in folder: String) throws -> StageRecord? {
    guard let bytes = try FileBytes.readIfPresent(joinPath(folder, fileName)),
      let record = StageRecord(text: String(decoding: bytes, as: UTF8.self))
    else { return nil }
    guard record.files.isEmpty, let list = try Measurements(folder).run?["files"],
      let files = Self.files(list)
    else { return record }
    return StageRecord(
      identity: record.identity, files: files, failure: record.failure, isMeasured: true)
  }

  /// Reads `stage.json`; nil if it is not one, was changed, or names a file outside its folder.
  package init?(text: String) {
    guard var entries = SealedJSON.fields(of: text) ?? Self.withoutDigest(text),
      let fingerprint = entries.removeValue(forKey: "fingerprint")?.string,
      let files = entries.removeValue(forKey: "files").flatMap(Self.files)
    else { return nil }
    let failure = entries.removeValue(forKey: "failure")?.string
    self.init(identity: .mapping(entries), files: files, failure: failure)
    guard self.fingerprint == fingerprint else { return nil }
  }

  /// The fields of a record as older programs wrote it.
  private static func withoutDigest(_ text: String) -> [String: ResolvedValue]? {
    guard let fields = try? ResolvedValue(json: text).mapping, !SealedJSON.isSealed(fields) else {
      return nil
    }
    return fields
  }

  private static func files(_ listing: ResolvedValue) -> [File]? {
    guard let list = listing.list else { return nil }
    let files = list.compactMap { entry -> File? in
      guard let path = entry["path"]?.string, let bytes = entry["bytes"]?.integer,
        let sha256 = entry["sha256"]?.string, Self.isInside(path)
      else { return nil }
      return File(path: path, bytes: bytes, sha256: sha256)
    }
    return files.count == list.count ? files : nil
  }

  private static func isInside(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
  }
}
