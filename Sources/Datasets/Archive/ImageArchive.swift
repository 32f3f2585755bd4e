import Configuration
import Files
import Storage

/// The file that stage *ingest* writes: the images of a source, unchanged, in HDF5.
///
/// `/train/images` and `/test/images` u8 `[image, row, column]`, of colour (version 2)
/// `[image, row, column, channel]`; `/train/labels` i32, indices into `/classNames`, the hashes of the files they came
/// from, and as JSON in `preparation` what was done to pictures of many kinds.
package struct ImageArchive: Sendable {
  package static let format = "tessera-images"

  package let path: String
  /// The data set's name, for people: `mnist-5k`.
  package let name: String
  package let shape: ImageShape
  package let classNames: [String]
  package let sources: [SourceFile]
  /// What was done to pictures of many kinds and sizes; empty where nothing was.
  package let preparation: [String: String]
  /// Images of each part, by name.
  package let counts: [String: Int]
  private let file: HDF5File

  package var height: Int { shape.height }
  package var width: Int { shape.width }

  /// 1, which programs without colour read, where there is none.
  static func version(channels: Int) -> Int { channels == 1 ? 1 : 2 }

  /// Opens an archive. Throws `DatasetFault` or `StorageFault` (65) for anything else.
  package init(_ path: String) throws {
    let file = try HDF5File.open(path)
    try file.requireOwnData()
    try self.init(path, file)
  }

  /// An archive that a user names, which a child process alone opens: `images` does not read it.
  init(foreign path: String) throws { try self.init(path, ForeignFile(path).content()) }

  private init(_ path: String, _ file: HDF5File) throws {
    func refuse(_ reason: String) -> DatasetFault { .archive(path: path, reason: reason) }
    guard try file.format() == Self.format else { throw refuse("not an image archive of tessera") }
    let version = try file.integer("/", "version")
    guard version == 1 || version == 2 else {
      throw refuse("expected version 1 or 2, found \(version): written by another tessera version")
    }
    let names = try file.strings("/sources/names")
    let hashes = try file.strings("/sources/sha256")
    guard names.count == hashes.count else { throw refuse("sources without hashes") }
    let channels = version == 1 ? 1 : try file.integer("/", "channels")
    guard version == Self.version(channels: channels), channels == 1 || channels == 3 else {
      throw refuse("found \(channels) channels in version \(version)")
    }
    self.path = path
    self.file = file
    name = try file.string("/", "name")
    shape = ImageShape(
      height: try file.integer("/", "height"), width: try file.integer("/", "width"),
      channels: channels)
    classNames = try file.strings("/classNames")
    sources = zip(names, hashes).map { SourceFile(name: $0, sha256: $1) }
    preparation =
      try file.hasAttribute("/", "preparation")
      ? Self.words(try file.string("/", "preparation")) : [:]
    var counts: [String: Int] = [:]
    for part in ["train", "test"] where try file.contains("/\(part)/images") {
      let sizes = try file.dataset("/\(part)/images", of: UInt8.self).shape
      guard sizes.count == shape.sizes.count + 1, sizes[0] > 0,
        Array(sizes.dropFirst()) == shape.sizes
      else { throw refuse("/\(part)/images: found sizes \(sizes)") }
      counts[part] = sizes[0]
    }
    guard !counts.isEmpty else { throw refuse("neither part train nor test") }
    self.counts = counts
  }

  /// The classes that a part has no image of, where there are several parts with labels: a model knows the
  /// classes of all.
  package func classesWithoutImages() throws -> [(part: String, names: [String])] {
    let parts = try ["train", "test"].filter { counts[$0] != nil }.compactMap { part in
      try labels(part).map { (part: part, seen: Set($0)) }
    }
    guard parts.count > 1 else { return [] }
    return parts.compactMap { part, seen in
      let missing = classNames.indices.filter { !seen.contains(Int32($0)) }
      return missing.isEmpty ? nil : (part, missing.map { classNames[$0] })
    }
  }

  private static func words(_ json: String) -> [String: String] {
    ((try? ResolvedValue(json: json))?.mapping ?? [:]).compactMapValues(\.string)
  }

  /// u8 `[image, row, column]`, of colour `[image, row, column, channel]`, of the images `range` of a
  /// part.
  package func images(_ part: String, _ range: Range<Int>) throws -> [UInt8] {
    try file.dataset("/\(part)/images", of: UInt8.self).readRowsInParallel(range)
  }

  /// The labels of a part, nil if it has none. Throws (65) when they are not one an image.
  package func labels(_ part: String) throws -> [Int32]? {
    guard try file.contains("/\(part)/labels") else { return nil }
    let labels = try file.read("/\(part)/labels", as: Int32.self).values
    guard labels.count == counts[part] else {
      throw DatasetFault.archive(
        path: path, reason: "\(labels.count) labels for \(counts[part] ?? 0) images")
    }
    return labels
  }
}

/// Whole samples, about 256 KiB of them: small enough to shuffle, large enough to compress.
func samplesPerChunk(pixels: Int) -> Int { max(1, (1 << 18) / pixels) }
