import Files
import Foundation

/// What the record of a result says of one of its files.
package struct RecordedFile {
  /// The path of the `stage.json` or `run.json` that lists the file.
  package let record: String
  package let sha256: String

  /// How deep results lay their files below their record.
  private static let deepest = 4

  /// Looks in the folder of a file and the folders above it; nil where no record lists the file.
  ///
  /// - Throws: `FileFault` where a record is there and cannot be read.
  package init?(of path: String) throws {
    let parts = URL(filePath: path).standardizedFileURL.path.split(separator: "/").map(String.init)
    for depth in 1...max(1, min(Self.deepest, parts.count)) {
      let folder = "/" + parts.dropLast(depth).joined(separator: "/")
      let name = parts.suffix(depth).joined(separator: "/")
      if let file = try StageRecord.read(in: folder)?.files.first(where: { $0.path == name }) {
        record = joinPath(folder, StageRecord.fileName)
        sha256 = file.sha256
        return
      }
      if let measured = try Measurements(folder).sha256(of: name) {
        record = joinPath(folder, StageRecord.runFileName)
        sha256 = measured
        return
      }
    }
    return nil
  }
}
