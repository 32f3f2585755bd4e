import Files
import Images
import Storage

/// An image archive that `tessera ingest` or a stage *ingest* wrote, as a source of images.
package struct ArchiveSource: ImageSource {
  private let archive: ImageArchive

  /// Throws `DatasetFault` or `StorageFault` (65) for anything else, `FileFault` (66).
  package init(_ path: String) throws {
    // It may have been damaged on its way here, and then end the process that opens it.
    try ForeignFile(path).requireSurvivable()
    archive = try ImageArchive(path)
  }

  /// Whether a file says that it is an archive. Throws `FileFault` where it cannot be read.
  package static func recognises(_ path: String) throws -> Bool {
    guard try isHDF5(path) else { return false }
    try ForeignFile(path).requireSurvivable()
    let file = try HDF5File.open(path)
    guard try file.hasAttribute("/", "format") else { return false }
    // Of another program's file it may be something else than a text.
    return (try? file.string("/", "format")) == ImageArchive.format
  }

  package var partNames: [String] { ["train", "test"].filter { archive.counts[$0] != nil } }
  package var classNames: [String] { archive.classNames }
  package var files: [(name: String, path: String)] {
    [(archive.path.split(separator: "/").last.map(String.init) ?? archive.path, archive.path)]
  }
  package func preparation() -> [String: String] { archive.preparation }

  package func outline() -> ImageOutline? {
    ImageOutline(
      shape: archive.shape, counts: archive.counts, classes: archive.classNames.count)
  }

  package func reader(_ part: String) throws -> any ImageReader {
    ArchiveReader(archive, part, labels: try archive.labels(part))
  }
}

private final class ArchiveReader: ImageReader {
  private let archive: ImageArchive
  private let part: String
  private let ownLabels: [Int32]?
  private var next = 0
  let count: Int
  var shape: ImageShape { archive.shape }

  init(_ archive: ImageArchive, _ part: String, labels: [Int32]?) {
    self.archive = archive
    self.part = part
    ownLabels = labels
    count = archive.counts[part] ?? 0
  }

  func labels() -> [Int32]? { ownLabels }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let rows = next..<next + output.count / shape.valueCount
    next = rows.upperBound
    output.copyBytes(from: try archive.images(part, rows))
  }
}
