import Configuration
import Datasets
import Files
import Models
import Workflow

/// Cuts images of the source's size into superpixels.
struct PartitionStage: ForeseenStage {
  static let kind = "partition"
  static let version = 2
  static let summary = "superpixels: blocks of height x width pixels, and their lattice (JSON)"
  static let example = "superpixels: {kind: partition, images: digits, superpixel: [4, 4]}"
  static let outputs = [OutputPort("partition", .partition, path: "partition.json")]
  static let isPublished = false

  let images: InputReference
  let superpixel: [Int]

  init(fields: StageFields) throws {
    images = fields.input("images", .images, meaning: "the images that are cut")
    superpixel = fields.ints(
      "superpixel", default: [4, 4], count: 2, in: 1...65_536,
      meaning: "height and width of a superpixel, in pixels")
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    try context.outlook(of: images, as: ImageOutline.self).map {
      try partition($0.shape)
    }
  }

  private func partition(_ shape: ImageShape) throws -> GridPartition {
    try GridPartition(
      imageHeight: shape.height, imageWidth: shape.width, cellHeight: superpixel[0],
      cellWidth: superpixel[1], channels: shape.channels)
  }

  func run(_ context: StageContext) throws {
    let archive = try ImageArchive(context.path(of: images))
    let partition = try partition(archive.shape)
    try PartitionFile.write(partition, to: context.outputPath("partition"))
    context.note(
      "\(partition.rows) x \(partition.columns) superpixels of "
        + "\(superpixel[0]) x \(superpixel[1]) pixels")
  }
}

/// A grid partition as JSON: the four numbers (and channels, where pixels have several) that determine it, and the lattice they give.
enum PartitionFile {
  static let format = "tessera partition"

  static func write(_ partition: GridPartition, to path: String) throws {
    var fields: [String: ResolvedValue] = [
      "format": .string(format), "version": .integer(1),
      "imageHeight": .integer(partition.imageHeight),
      "imageWidth": .integer(partition.imageWidth),
      "superpixelHeight": .integer(partition.cellHeight),
      "superpixelWidth": .integer(partition.cellWidth), "rows": .integer(partition.rows),
      "columns": .integer(partition.columns),
    ]
    // Those of grey images are as they always were.
    if partition.channels != 1 { fields["channels"] = .integer(partition.channels) }
    fields["digest"] = .string(digest(of: fields))
    try DurableFile.write(text: text(fields), to: path)
  }

  private static func text(_ fields: [String: ResolvedValue]) -> String {
    ResolvedValue.mapping(fields).jsonText + "\n"
  }

  private static let known: Set<String> = [
    "format", "version", "imageHeight", "imageWidth", "superpixelHeight", "superpixelWidth", "rows",
    "columns", "channels", "digest",
  ]

  /// A partition of images of a shape. Throws as `read`, and `DatasetFault` (65) where it is of images of another
  /// shape.
  static func read(_ path: String, for shape: ImageShape) throws -> GridPartition {
    let partition = try read(path)
    guard partition.shape == shape else {
      throw DatasetFault.partition(path: path, of: partition.shape, images: shape)
    }
    return partition
  }

  /// SHA-256 of the canonical JSON of all other fields.
  private static func digest(of fields: [String: ResolvedValue]) -> String {
    let others = fields.filter { $0.key != "digest" }
    return SHA256.hex(of: ResolvedValue.mapping(others).canonicalText)
  }

  /// Those of older programs carry no digest.
  ///
  /// - Throws: `ModelFault` (65) where the file is none of ours or not what was written, `PartitionFault`.
  static func read(_ path: String) throws -> GridPartition {
    let text = String(decoding: try FileBytes.read(path, limit: 1 << 20), as: UTF8.self)
    let fields = (try? ResolvedValue(json: text))?.mapping ?? [:]
    guard fields["format"]?.string == format, fields["version"]?.integer == 1,
      let height = fields["imageHeight"]?.integer, let width = fields["imageWidth"]?.integer,
      let cellHeight = fields["superpixelHeight"]?.integer,
      let cellWidth = fields["superpixelWidth"]?.integer
    else { throw ModelFault(path: path, reason: "not a partition of tessera, version 1") }
    if let stated = fields["digest"], stated != .string(digest(of: fields)) {
      throw ModelFault(
        path: path,
        reason: "digest: it was edited or damaged: expected \(digest(of: fields)), found "
          + "\(stated.canonicalText); write it again")
    }
    // Without this a damaged key `digest` would read as a file of an older program, which has none.
    if let unknown = fields.keys.filter({ !known.contains($0) }).min() {
      throw ModelFault(
        path: path,
        reason:
          "unknown field \(unknown.quoted): expected \(known.sorted().joined(separator: ", ")); the "
          + "file was edited or damaged; run the pipeline again")
    }
    guard fields["digest"] == nil || self.text(fields) == text else {
      throw ModelFault(
        path: path,
        reason: "the JSON was reformatted or damaged; run the pipeline again")
    }
    let channels = fields["channels"]?.integer ?? 1
    guard channels == 1 || channels == 3 else {
      throw ModelFault(path: path, reason: "found \(channels) channels, expected 1 or 3")
    }
    return try GridPartition(
      imageHeight: height, imageWidth: width, cellHeight: cellHeight, cellWidth: cellWidth,
      channels: channels)
  }
}
