import Files
import Foundation

/// The entry of a file in the record of its result.
package struct RecordedFile {
  /// The path of the `stage.json` or `run.json` that lists the file.
  package let record: String
  package let sha256: String

  /// Most folders from a file up to its record.
  private static let deepest = 4
  /// Most bytes of a record. Larger files named stage.json or run.json are not records.
  private static let largest = 1 << 26

  /// Looks in the folder of a file, links followed, and the folders above it; nil where no record lists the file.
  ///
  /// - Throws: `FileFault` (74) where the disk fails. Unreadable and non-regular files are ignored.
  package init?(of path: String) throws {
    guard let whole = realpath(path, nil) else { return nil }
    defer { free(whole) }
    let parts = String(cString: whole).split(separator: "/").map(String.init)
    for depth in 1...max(1, min(Self.deepest, parts.count)) {
      let folder = "/" + parts.dropLast(depth).joined(separator: "/")
      let name = parts.suffix(depth).joined(separator: "/")
      for record in [StageRecord.fileName, StageRecord.runFileName] {
        if let sha256 = try Self.listed(name, by: record, in: folder) {
          (self.record, self.sha256) = (joinPath(folder, record), sha256)
          return
        }
      }
    }
    return nil
  }

  private static func listed(
    _ name: String, by record: String, in folder: String
  ) throws -> String? {
    do {
      for each in [record, StageRecord.runFileName] {
        let status = try FileStatus.of(joinPath(folder, each))
        if let status, !status.isRegular || status.size > largest { return nil }
      }
      return record == StageRecord.fileName
        ? try StageRecord.read(in: folder)?.files.first { $0.path == name }?.sha256
        : try Measurements(folder).sha256(of: name)
    } catch let fault as FileFault where !fault.isOfMachine {
      return nil
    }
  }
}
