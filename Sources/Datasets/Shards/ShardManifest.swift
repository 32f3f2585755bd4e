import Files
import Foundation

/// One shard: a file of samples of one part.
package struct ShardEntry: Codable, Equatable, Sendable {
  package var file: String
  package var part: String
  /// Position of its first sample in the part.
  package var firstIndex: Int
  package var samples: Int
  package var bytes: Int
  package var sha256: String
}

/// `manifest.json`: all that a reader needs to know about a folder of shards.
package struct ShardManifest: Codable, Equatable, Sendable {
  package static let fileName = "manifest.json"
  /// All shards as one, for other programs.
  package static let viewName = "all.h5"
  package static let currentFormat = "tessera-shards"
  /// 2: several channels. 3: the SHA-256 of the archive is stored. Older programs refuse versions they do not know.
  package static let currentVersion = 3

  static func version(channels: Int, storesArchive: Bool = false) -> Int {
    storesArchive ? 3 : channels == 1 ? 1 : 2
  }

  package var format = Self.currentFormat
  package var version: Int
  /// The data set's name, for people.
  package var name: String
  package var height: Int
  package var width: Int
  /// Values of a pixel, side by side; absent for 1.
  package var channels: Int?
  /// What was done to pictures of many kinds and sizes; absent if nothing was.
  package var preparation: [String: String]?
  package var cellHeight: Int
  package var cellWidth: Int
  /// Rows and columns of superpixels.
  package var latticeRows: Int
  package var latticeColumns: Int
  /// Samples of `train`, `validation` and `test`.
  package var counts: [String: Int]
  package var classNames: [String]
  package var sources: [SourceFile]
  /// SHA-256 of the `images.h5` beside the folder of shards; nil for shards of a stage, whose record lists its inputs.
  package var images: String?
  package var samplesPerChunk: Int
  package var gzip: Int
  package var shards: [ShardEntry]
  /// SHA-256 of this manifest with this field empty, which detects edits.
  package var digest = ""

  package var shape: ImageShape {
    ImageShape(height: height, width: width, channels: channels ?? 1)
  }

  /// Values of a sample: pixels times channels.
  package var values: Int { shape.valueCount }

  /// Chunk sizes of a part in stored order, as `BatchOrder` wants them.
  package func chunkSizes(_ part: String) -> [Int] {
    shards.filter { $0.part == part }.flatMap { shard in
      stride(from: 0, to: shard.samples, by: samplesPerChunk).map {
        min(samplesPerChunk, shard.samples - $0)
      }
    }
  }

  /// The JSON of this manifest, digest included; equal manifests give equal text.
  func encoded() throws -> String {
    var copy = self
    copy.digest = try computedDigest()
    return try copy.json() + "\n"
  }

  private func computedDigest() throws -> String {
    var copy = self
    copy.digest = ""
    return SHA256.hex(of: try copy.json())
  }

  private func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads and checks the manifest of a folder. Throws `FileFault` where there is none (66), and
  /// `DatasetFault.manifest` (65) for another version, impossible numbers, or any edit.
  package static func read(folder: String) throws -> ShardManifest {
    try read(joinPath(folder, fileName))
  }

  /// The same of a manifest of any name.
  package static func read(_ path: String) throws -> ShardManifest {
    let bytes = Data(try FileBytes.read(path, limit: 1 << 26))
    func refuse(_ field: String, _ reason: String) -> DatasetFault {
      .manifest(path: path, field: field, reason: reason)
    }
    // The version first: another version may have other fields.
    struct Head: Decodable {
      var format: String
      var version: Int
    }
    guard let head = try? JSONDecoder().decode(Head.self, from: bytes),
      head.format == currentFormat
    else { throw refuse("format", "expected JSON of format \(currentFormat)") }
    guard (1...currentVersion).contains(head.version) else {
      throw refuse("version", "expected 1 to \(currentVersion), found \(head.version)")
    }
    let manifest: ShardManifest
    do {
      manifest = try JSONDecoder().decode(ShardManifest.self, from: bytes)
    } catch let error as DecodingError {
      throw refuse(error.field, error.reason)
    }
    try manifest.validate(refuse)
    guard try manifest.computedDigest() == manifest.digest else {
      throw refuse("digest", "the manifest was edited or damaged")
    }
    return manifest
  }

  /// Nil for a file that is no manifest, or may not be read. Throws `FileFault` (74) where the disk fails.
  package static func ifReadable(_ path: String) throws -> ShardManifest? {
    do { return try read(path) } catch let fault as FileFault where fault.isOfMachine {
      throw fault
    } catch { return nil }
  }

  private func validate(_ refuse: (String, String) -> DatasetFault) throws {
    guard (1...65535).contains(height), (1...65535).contains(width) else {
      throw refuse("height, width", "found \(height) x \(width)")
    }
    guard shape.channels == 1 || shape.channels == 3,
      version == Self.version(channels: shape.channels, storesArchive: images != nil)
    else {
      throw refuse(
        "version",
        "expected \(Self.version(channels: shape.channels, storesArchive: images != nil)) for "
          + "\(shape.channels) channels \(images == nil ? "without" : "with") the archive's SHA-256, found "
          + "\(version)")
    }
    guard (1...height).contains(cellHeight), (1...width).contains(cellWidth),
      latticeRows == (height - 1) / cellHeight + 1,
      latticeColumns == (width - 1) / cellWidth + 1
    else {
      throw refuse(
        "cellHeight, cellWidth, latticeRows, latticeColumns",
        "\(cellHeight) x \(cellWidth) cells, lattice \(latticeRows) x \(latticeColumns)")
    }
    guard (1...(1 << 31)).contains(samplesPerChunk), (0...9).contains(gzip) else {
      throw refuse("samplesPerChunk, gzip", "found \(samplesPerChunk), \(gzip)")
    }
    guard Set(counts.keys) == Set(Split.partNames) else {
      throw refuse("counts", "expected \(Split.partNames.joined(separator: ", "))")
    }
    var next = [String: Int](uniqueKeysWithValues: Split.partNames.map { ($0, 0) })
    for (index, shard) in shards.enumerated() {
      let field = "shards[\(index)]"
      guard shard.file == Self.shardName(index) else {
        throw refuse(field, "expected file \(Self.shardName(index)), found \(shard.file)")
      }
      guard let first = next[shard.part], shard.firstIndex == first,
        (1...Int(Int32.max)).contains(shard.samples), (1...(1 << 48)).contains(shard.bytes),
        // Nothing expands more than deflate's 1:1032.
        shard.samples <= shard.bytes * 1100 / values + 1
      else { throw refuse(field, "impossible numbers") }
      next[shard.part] = first + shard.samples
    }
    guard next == counts, counts.values.allSatisfy({ $0 <= Int(Int32.max) }) else {
      throw refuse("counts", "found \(counts), the shards hold \(next)")
    }
  }

  static func shardName(_ index: Int) -> String {
    let digits = String(index)
    return "shard-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".h5"
  }
}

extension DecodingError {
  fileprivate var context: Context? {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      return context
    @unknown default: return nil
    }
  }

  /// Where in the document.
  fileprivate var field: String {
    var path = context?.codingPath.map(\.stringValue) ?? []
    if case .keyNotFound(let key, _) = self { path.append(key.stringValue) }
    return path.isEmpty ? "document" : path.joined(separator: ".")
  }

  fileprivate var reason: String {
    switch self {
    case .keyNotFound: return "is missing"
    case .typeMismatch(let type, _): return "expected \(type)"
    default: return context?.debugDescription ?? "not readable"
    }
  }
}
