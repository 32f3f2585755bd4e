import Configuration
import Files

/// What was measured while a result was made: `run.json`, and the `timings.` files that it lists with their SHA-256.
///
/// Outside the result and its record, because it differs from run to run; `run.json` carries its own digest.
struct Measurements {
  static let listKey = "timings"

  let folder: String
  /// What `run.json` says; nil where it is missing or damaged.
  let run: [String: ResolvedValue]?

  /// - Throws: `FileFault` where `run.json` cannot be read.
  init(_ folder: String) throws {
    self.folder = folder
    run = try FileBytes.readIfPresent(joinPath(folder, StageRecord.runFileName))
      .flatMap { SealedJSON.fields(of: String(decoding: $0, as: UTF8.self)) }
  }

  /// The `timings.` files, by what `run.json` says, with their hashes.
  private var timings: [String: ResolvedValue] { run?[Self.listKey]?.mapping ?? [:] }

  /// All files that were measured.
  var names: [String] { [StageRecord.runFileName] + timings.keys.sorted() }

  /// Those that are missing or not what they were.
  ///
  /// - Throws: `FileFault` where one cannot be read.
  func damaged(_ hashes: ContentHashes) throws -> [String] {
    guard run != nil else { return [StageRecord.runFileName] }
    return try timings.keys.sorted().filter { name in
      let path = joinPath(folder, name)
      guard try FileStatus.of(path)?.isRegular == true else { return true }
      return try !hashes.isRight(path, timings[name]?.string)
    }
  }

  /// Whether a file is what it was when the result was made.
  func isIntact(_ name: String) throws -> Bool {
    guard run != nil else { return false }
    if name == StageRecord.runFileName { return true }
    return try timings[name]?.string == SHA256.hex(ofFile: joinPath(folder, name), for: .examine)
  }

  /// The SHA-256 that `run.json` lists for a `timings.` file.
  func sha256(of name: String) -> String? { timings[name]?.string }

  /// The field of `run.json` for the `timings.` files of a folder.
  static func listing(_ folder: String) throws -> ResolvedValue {
    let names = try DurableFile.names(in: folder).filter { $0.hasPrefix("timings.") }
    return .mapping(
      Dictionary(
        uniqueKeysWithValues: try names.map {
          ($0, .string(try SHA256.hex(ofFile: joinPath(folder, $0), for: .examine)))
        }))
  }
}
