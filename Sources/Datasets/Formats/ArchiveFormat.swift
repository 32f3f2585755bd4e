import Configuration
import Files
import Numerics
import Storage

/// An image archive that `tessera ingest` or a stage *ingest* wrote.
struct ArchiveFormat: ImageFormat {
  static let word = "archive"
  static let summary = "what tessera ingest wrote: images.h5, or another file"
  static let example =
    "{kind: archive, dataset: digits}"
  static let given = "what tessera ingest wrote (its folder, images.h5, or its shards)"

  /// The archive itself, and a folder with `images.h5`.
  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    let file = path.isFile ? path.path : try path.file(IngestedSet.archiveName)
    guard let file, try ArchiveSource.recognises(file) else { return nil }
    return RecognisedImages("image archives", obeying: SourceOption.ofTestChoice) { _, _ in
      try ArchiveSource(file)
    }
  }

  let dataset: String
  private let file: String

  init(fields: Fields) {
    dataset = fields.dataset()
    file = fields.string(
      "file", default: IngestedSet.archiveName, meaning: "name of the archive's file")
  }

  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    finder.rawFolder(named: dataset, files: [file])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try ArchiveSource(folder.path(of: file))
  }
}

/// An image archive that `tessera ingest` or a stage *ingest* wrote, as a source of images.
package struct ArchiveSource: ImageSource {
  private let archive: ImageArchive

  /// Throws `DatasetFault` or `StorageFault` (65) for anything else, `FileFault` (66).
  package init(_ path: String) throws {
    archive = try ImageArchive(foreign: path)
  }

  /// Whether a file says that it is an archive. Throws `FileFault` where it cannot be read.
  package static func recognises(_ path: String) throws -> Bool {
    try hasFormat(ImageArchive.format, path)
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
  /// From the first image that is read.
  private var images: (any ForeignBytes)?
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
    let own = try images ?? ForeignFile(archive.path).bytes("/\(part)/images")
    images = own
    guard own.shape == [count] + shape.sizes else {
      throw DatasetFault.archive(
        path: archive.path,
        reason: "/\(part)/images: found sizes \(own.shape): it changed meanwhile")
    }
    try own.read(into: output)
  }
}
