import Files
import Images

/// The images of a folder of shards, row-major again: as part `train` what trains, then what validates.
package struct ShardsSource: ImageSource {
  private let shards: ShardReader

  /// Throws as `ShardReader`.
  package init(folder: String) throws { shards = try ShardReader(folder: folder) }

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
    hasLabels ? try entries.flatMap { try shards.images(of: $0).labels } : nil
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < output.count {
      if position == images.count, let next = left.popFirst() {
        images = try shards.images(of: next).pixels
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

extension ShardReader {
  /// A shard's images, u8 `[image, row, column, channel]`, and labels. Throws as `load`.
  fileprivate func images(of shard: ShardEntry) throws -> (pixels: [UInt8], labels: [Int32]) {
    try verify(shard)
    let values = manifest.values
    var stored = [UInt8](repeating: 0, count: shard.samples * values)
    let labels = try stored.withUnsafeMutableBytes { try read(shard, into: $0).labels }
    var pixels = stored
    for start in stride(from: 0, to: stored.count, by: values) {
      for (position, value) in partition.order.enumerated() {
        pixels[start + Int(value)] = stored[start + position]
      }
    }
    return (pixels, labels)
  }
}
