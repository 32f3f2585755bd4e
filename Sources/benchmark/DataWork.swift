import Datasets
import Files
import Foundation
import Images

/// From compressed files to shards, and from shards to samples.
enum DataWork {
  static let names = ["ingest/idx", "read/shards"]

  /// Both use as many threads as the machine has.
  ///
  /// - Parameter folder: for what they write; empty, and removed by the caller.
  static func all(folder: String) throws -> [Work] {
    let workers = ProcessInfo.processInfo.activeProcessorCount
    let source = try IDXSource(folder: "Data/mnist-5k")
    let images = joinPath(folder, "images.h5")
    try ImageArchive.write(source, name: "mnist-5k", to: images)
    let archive = try ImageArchive(images)
    let count = archive.counts.values.reduce(0, +)
    let shards = joinPath(folder, "shards")
    try write(archive, to: shards)
    let reader = try ShardReader(folder: shards)
    let bytes = Double(reader.count("train") * archive.height * archive.width)
    return [
      Work(
        name: "ingest/idx", workers: workers, batch: 0, amount: Double(count), unit: "images/s"
      ) {
        try ImageArchive.write(source, name: "mnist-5k", to: images)
        try write(try ImageArchive(images), to: shards)
      },
      Work(name: "read/shards", workers: workers, batch: 0, amount: bytes / 1e6, unit: "MB/s") {
        _ = try reader.load("train")
      },
    ]
  }

  private static func write(_ archive: ImageArchive, to folder: String) throws {
    let partition = try GridPartition(
      imageHeight: archive.height, imageWidth: archive.width, cellHeight: 4, cellWidth: 4)
    let split = try Split(
      trainCount: archive.counts["train"] ?? 0, testCount: archive.counts["test"] ?? 0,
      validation: 0, seed: 1)
    try ShardWriter(archive: archive, partition: partition, split: split).write(to: folder)
  }
}
