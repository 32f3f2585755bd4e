import Configuration
import Files
import Numerics
import Storage

/// A folder of shards, of which `tessera ingest` or a stage *shards* wrote the manifest.
struct ShardsFormat: ImageFormat {
  static let word = "shards"
  static let summary = "a folder of shards, as tessera ingest or a stage shards writes it"
  static let example =
    "{kind: shards, dataset: digits/shards}"
  static let given = "a folder of shards"

  /// The folder, its manifest, and the view of all shards beside it.
  static func recognises(_ path: GivenPath) throws -> RecognisedImages? {
    guard let folder = try folder(path) else { return nil }
    return RecognisedImages("shards", obeying: SourceOption.ofTestChoice) { _, _ in
      try ShardsSource(folder: folder)
    }
  }

  private static func folder(_ path: GivenPath) throws -> String? {
    if path.isFolder { return try path.file(ShardManifest.fileName) == nil ? nil : path.path }
    let name = path.path.split(separator: "/").last.map(String.init)
    guard path.found != nil, name == ShardManifest.fileName || name == ShardManifest.viewName else {
      return nil
    }
    let folder = parentFolder(path.path)
    let manifest = joinPath(folder, ShardManifest.fileName)
    return try FileStatus.of(manifest, for: .read) == nil ? nil : folder
  }

  let dataset: String

  init(fields: Fields) { dataset = fields.dataset() }

  /// The manifest has the hash of every shard.
  func rawFolder(_ finder: some RawFileFinder) -> RawFolder {
    finder.rawFolder(named: dataset, files: [ShardManifest.fileName])
  }

  func source(_ folder: RawFolder, workers: ForkJoin) throws -> any ImageSource {
    try ShardsSource(folder: folder.path)
  }
}

/// The images of a folder of shards, row-major again; part `train` is the training images, then the validation images.
package struct ShardsSource: ImageSource {
  private let shards: ShardReader

  /// Throws as `ShardReader`, and `DatasetFault` (65) for shards of other images than lie beside them.
  package init(folder: String) throws {
    shards = try ShardReader(folder: folder)
    try ShardFolder.requireOwnImages(of: shards.manifest, in: folder)
  }

  private func entries(_ part: String) -> [ShardEntry] {
    let own = part == "test" ? ["test"] : ["train", "validation"]
    return own.flatMap { name in shards.manifest.shards.filter { $0.part == name } }
  }

  package var partNames: [String] { ["train", "test"].filter { !entries($0).isEmpty } }
  package var classNames: [String] { shards.manifest.classNames }
  package var files: [(name: String, path: String)] {
    ([ShardManifest.fileName] + shards.manifest.shards.map(\.file)).map {
      ($0, joinPath(shards.folder, $0))
    }
  }
  package func preparation() -> [String: String] { shards.manifest.preparation ?? [:] }

  package func outline() -> ImageOutline? {
    let counts = partNames.map { part in (part, entries(part).map(\.samples).reduce(0, +)) }
    return ImageOutline(
      shape: shards.manifest.shape, counts: Dictionary(uniqueKeysWithValues: counts),
      classes: classNames.count)
  }

  package func reader(_ part: String) throws -> any ImageReader {
    ShardImages(shards, entries(part), hasLabels: !classNames.isEmpty)
  }
}

/// One shard at a time in memory.
private final class ShardImages: ImageReader {
  private let shards: ShardReader
  private let hasLabels: Bool
  private var left: ArraySlice<ShardEntry>
  private let entries: [ShardEntry]
  /// Of the present shard, and how much of it was read.
  private var images: [UInt8] = []
  private var position = 0
  let count: Int
  var shape: ImageShape { shards.manifest.shape }

  init(_ shards: ShardReader, _ entries: [ShardEntry], hasLabels: Bool) {
    self.shards = shards
    self.entries = entries
    self.hasLabels = hasLabels
    left = entries[...]
    count = entries.map(\.samples).reduce(0, +)
  }

  func labels() throws -> [Int32]? {
    hasLabels ? try entries.flatMap { try shards.labels(of: $0) } : nil
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < output.count {
      if position == images.count, let next = left.popFirst() {
        images = try shards.images(of: next)
        position = 0
      }
      let size = min(images.count - position, output.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: output[filled..<filled + size])
        .copyBytes(from: images[position..<position + size])
      position += size
      filled += size
    }
  }
}

/// Shards of a folder that a user names, which a child process alone opens.
extension ShardReader {
  private func foreign(_ shard: ShardEntry) -> ForeignFile {
    ForeignFile(joinPath(folder, shard.file))
  }

  private func requireFit(_ fits: Bool, _ shard: ShardEntry) throws {
    guard fits else {
      throw DatasetFault.shard(
        path: joinPath(folder, shard.file), reason: "its content does not fit the manifest")
    }
  }

  /// A shard's labels. Throws as `load`.
  fileprivate func labels(of shard: ShardEntry) throws -> [Int32] {
    try verify(shard)
    let labels = try foreign(shard).integers("/labels").compactMap(Int32.init(exactly:))
    try requireFit(labels.count == shard.samples, shard)
    return labels
  }

  /// A shard's images, u8 `[image, row, column, channel]`. Throws as `load`.
  fileprivate func images(of shard: ShardEntry) throws -> [UInt8] {
    try verify(shard)
    let file = foreign(shard)
    let order = try file.integers("/pixelOrder")
    let samples = try file.bytes("/samples")
    let values = manifest.values
    try requireFit(
      order.elementsEqual(partition.order.lazy.map(Int64.init))
        && samples.shape == [shard.samples, values], shard)
    var images = [UInt8](repeating: 0, count: shard.samples * values)
    try images.withUnsafeMutableBytes { try samples.read(into: $0) }
    images.withUnsafeMutableBufferPointer { self.order.restore($0) }
    return images
  }
}
