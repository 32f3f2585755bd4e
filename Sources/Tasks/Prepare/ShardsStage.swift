import Datasets
import Workflow

/// Writes images in superpixel order as HDF5 shards: one preprocessed dataset for every model.
struct ShardsStage: ForeseenStage {
  static let kind = "shards"
  static let version = 2
  static let summary = "images in superpixel order as HDF5 shards with a manifest"
  static let example =
    "shards: {kind: shards, images: digits, partition: superpixels, split: parts}"
  static let outputs = [OutputPort("shards", .shards, path: "shards")]
  static let isPublished = false

  let images: InputReference
  let partition: InputReference
  let split: InputReference
  let samplesPerShard: Int
  let gzip: Int

  init(fields: StageFields) throws {
    images = fields.input("images", .images, meaning: "the images that are written")
    partition = fields.input(
      "partition", .partition, meaning: "the superpixels: those of models that name no others")
    split = fields.input(
      "split", .split, meaning: "the division into training, validation and test images")
    samplesPerShard = fields.int(
      "samplesPerShard", default: 10_000, in: 1...10_000_000, meaning: "images in a file")
    gzip = fields.int("gzip", default: 4, in: 0...9, meaning: "level of compression; 0 for none")
  }

  func outlook(_ context: ForecastContext) throws -> (any Sendable)? {
    guard let images = context.outlook(of: images, as: ImageOutline.self),
      let counts = context.outlook(of: split, as: [String: Int].self)
    else { return nil }
    return ImageOutline(
      shape: images.shape, counts: counts, classes: images.classes,
      partition: context.outlook(of: partition, as: GridPartition.self))
  }

  /// - Throws: `DatasetFault` (65) where partition or split are of other images.
  func run(_ context: StageContext) throws {
    let archive = try ImageArchive(context.path(of: images))
    let partition = try PartitionFile.read(context.path(of: partition), for: archive.shape)
    let split = try Split(
      context.path(of: split), of: context.fingerprint(of: images),
      trainCount: archive.counts["train"] ?? 0, testCount: archive.counts["test"] ?? 0)
    let manifest = try ShardWriter(
      archive: archive, partition: partition, split: split, samplesPerShard: samplesPerShard,
      gzip: gzip
    ).write(to: context.outputPath("shards")) { written, total in
      try context.checkCancellation()
      context.progress(completed: written, total: total, unit: "images")
    }
    let bytes = manifest.shards.reduce(0) { $0 + $1.bytes }
    context.note("\(manifest.shards.count) shards, \(bytes / 1_000) kB")
  }
}
