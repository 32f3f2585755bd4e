import Datasets
import Files
import Foundation
import Numerics

/// From compressed files to shards, and from shards to samples.
enum DataWork {
  static let names = ["ingest/idx", "ingest/png", "read/shards"]

  /// All use as many threads as the machine has.
  ///
  /// - Parameter folder: for what they write; empty, and removed by the caller.
  static func all(folder: String) throws -> [Work] {
    let workers = ProcessInfo.processInfo.activeProcessorCount
    let (name, source) = try digits()
    let images = joinPath(folder, "images.h5")
    try ImageArchive.write(source, name: name, to: images)
    let archive = try ImageArchive(images)
    let count = archive.counts.values.reduce(0, +)
    print("ingest/idx, read/shards: the \(count) images of \(name)")
    let shards = joinPath(folder, "shards")
    try write(archive, to: shards)
    let reader = try ShardReader(folder: shards)
    let bytes = Double(reader.count("train") * archive.height * archive.width)
    return [
      Work(
        name: "ingest/idx", workers: workers, batch: 0, amount: Double(count), unit: "images/s"
      ) {
        try ImageArchive.write(source, name: name, to: images)
        try write(try ImageArchive(images), to: shards)
      },
      try pictures(folder: folder, workers: workers),
      Work(name: "read/shards", workers: workers, batch: 0, amount: bytes / 1e6, unit: "MB/s") {
        _ = try reader.load("train")
      },
    ]
  }

  /// All of MNIST where `$TESSERA_DATA` has it, or else the embedded part, whose few shards are
  /// quick enough for the fixed costs of files to show.
  private static func digits() throws -> (name: String, source: IDXSource) {
    let given = ProcessInfo.processInfo.environment["TESSERA_DATA"] ?? ""
    if !given.isEmpty, let source = try? IDXSource(folder: joinPath(given, "mnist")) {
      return ("mnist", source)
    }
    return ("mnist-5k", try IDXSource(folder: "Data/mnist-5k"))
  }

  /// The embedded test images as PNGs, read into an archive.
  private static func pictures(folder: String, workers: Int) throws -> Work {
    let part = try IDXSource(folder: "Data/mnist-5k").part("test")
    let pngs = joinPath(folder, "png")
    try DurableFile.createFolder(pngs)
    let pixels = part.height * part.width
    for image in 0..<part.count {
      let values = Array(part.pixels[image * pixels..<(image + 1) * pixels])
      let bytes = try PNGFile.encode(pixels: values, width: part.width, height: part.height)
      // Not durably: a thousand waits for the disk.
      try Data(bytes).write(to: URL(fileURLWithPath: joinPath(pngs, "\(image).png")))
    }
    let archive = joinPath(folder, "pictures.h5")
    return Work(
      name: "ingest/png", workers: workers, batch: 0, amount: Double(part.count),
      unit: "images/s"
    ) {
      let source = try PNGFolderSource(
        folder: pngs, classes: .none, workers: ForkJoin(workers: workers))
      try ImageArchive.write(source, name: "pictures", to: archive)
    }
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
