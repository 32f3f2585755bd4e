import Files
import Storage

/// What stage *ingest* writes: the images of a source, as they are, in one HDF5 file.
///
/// `/train/images` and `/test/images` u8 `[image, row, column]`, `/train/labels` i32, class names
/// and the hashes of the files they came from.
package struct ImageArchive: Sendable {
  package static let format = "tessera-images"
  package static let version = 1

  package let path: String
  /// The data set's name, for people: `mnist-5k`.
  package let name: String
  package let height: Int
  package let width: Int
  package let classNames: [String]
  package let sources: [SourceFile]
  /// Images of each part, by name.
  package let counts: [String: Int]
  private let file: HDF5File

  /// Reads a source and writes it, wholly or not at all. Throws the source's faults, `FileFault`
  /// and `StorageFault`, and `DatasetFault` (65) when the parts' image sizes differ.
  package static func write(
    _ source: some ImageSource, name: String, to path: String
  ) throws {
    try HDF5File.writeAtomically(to: path) { file in
      var size: [Int] = []
      for name in source.partNames {
        let part = try source.part(name)
        if size.isEmpty { size = [part.height, part.width] }
        guard size == [part.height, part.width] else {
          throw DatasetFault.imageSizesDiffer(
            path: "part \(name)", expected: size, found: [part.height, part.width])
        }
        try write(part, name, file)
      }
      try file.setAttribute("/", "format", .string(format))
      try file.setAttribute("/", "version", .integer(version))
      try file.setAttribute("/", "name", .string(name))
      try file.setAttribute("/", "height", .integer(size[0]))
      try file.setAttribute("/", "width", .integer(size[1]))
      try file.write("/classNames", strings: source.classNames)
      let sources = try mapInParallel(source.files) { try SourceFile(name: $0.name, path: $0.path) }
      try file.write("/sources/names", strings: sources.map(\.name))
      try file.write("/sources/sha256", strings: sources.map(\.sha256))
    }
  }

  private static func write(_ part: ImagePart, _ name: String, _ file: HDF5File) throws {
    let pixels = part.height * part.width
    let chunk = samplesPerChunk(pixels: pixels)
    let images = try file.createDataset(
      "/\(name)/images", of: UInt8.self, shape: [part.count, part.height, part.width],
      layout: .chunked([chunk, part.height, part.width], gzip: 1))
    try part.pixels.withUnsafeBytes { all in
      nonisolated(unsafe) let all = all
      try images.writeRowsInParallel(0..<part.count) { rows, place in
        place.copyMemory(
          from: .init(rebasing: all[(rows.lowerBound * pixels)..<(rows.upperBound * pixels)]))
      }
    }
    if let labels = part.labels { try file.write("/\(name)/labels", labels) }
  }

  /// Opens an archive. Throws `DatasetFault` or `StorageFault` (65) for anything else.
  package init(_ path: String) throws {
    let file = try HDF5File.open(path)
    func refuse(_ reason: String) -> DatasetFault { .archive(path: path, reason: reason) }
    guard try file.hasAttribute("/", "format"), try file.string("/", "format") == Self.format
    else { throw refuse("not an image archive of tessera") }
    let version = try file.integer("/", "version")
    guard version == Self.version else {
      throw refuse("expected version \(Self.version), found \(version)")
    }
    let names = try file.strings("/sources/names")
    let hashes = try file.strings("/sources/sha256")
    guard names.count == hashes.count else { throw refuse("sources without hashes") }
    self.path = path
    self.file = file
    name = try file.string("/", "name")
    height = try file.integer("/", "height")
    width = try file.integer("/", "width")
    classNames = try file.strings("/classNames")
    sources = zip(names, hashes).map { SourceFile(name: $0, sha256: $1) }
    var counts: [String: Int] = [:]
    for part in ["train", "test"] where try file.contains("/\(part)/images") {
      let shape = try file.dataset("/\(part)/images", of: UInt8.self).shape
      guard shape.count == 3, shape[0] > 0, shape[1] == height, shape[2] == width else {
        throw refuse("/\(part)/images: found sizes \(shape)")
      }
      counts[part] = shape[0]
    }
    guard counts["train"] != nil else { throw refuse("no part train") }
    self.counts = counts
  }

  /// u8 `[image, row, column]` of the images `range` of a part.
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
