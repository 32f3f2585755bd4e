import Configuration
import Datasets
import Files
import Images
import Kernels
import Storage

/// `tessera ingest`: images of anybody's as an archive and, cut into superpixels, as shards.
package struct Ingesting {
  /// What a path names, as `imageSource` reads it.
  package var source: String
  package var output: String
  package var options: SourceOptions
  /// Height and width; nil for the archive alone.
  package var superpixel: [Int]?
  /// Training images set apart for validation.
  package var validation: Int
  package var seed: Int
  package var workers: Int
  /// Hears what a user should know of the images, a line each.
  package var tell: (String) -> Void = { _ in }

  package init(
    source: String, output: String, options: SourceOptions, superpixel: [Int]?, validation: Int,
    seed: Int, workers: Int
  ) {
    self.source = source
    self.output = output
    self.options = options
    self.superpixel = superpixel
    self.validation = validation
    self.seed = seed
    self.workers = workers
  }

  /// Writes `images.h5` and, with superpixels, the folder `shards`; each is wholly there or as it was.
  ///
  /// - Parameter progress: hears what is being written, how many images of how many; what it throws ends the
  ///   work, and nothing unfinished is left, nor a folder that was made for it.
  /// - Throws: whatever is wrong with the source (65, 66), `PartitionFault` and `DatasetFault` (78) for
  ///   what does not fit it, `ForeignFileFault` (73) for somebody else's files where the output goes, `FileFault`
  ///   and `StorageFault` (73, 74) for the output.
  package func run(
    progress: (_ what: String, _ done: Int, _ total: Int) throws -> Void
  ) throws -> CommandReport {
    let images = try imageSource(at: source, options, workers: ForkJoin(workers: workers))
    for note in images.notes { tell(note) }
    let plan = try images.outline()
    // What cannot be cut is told before anything is written.
    if let plan { _ = try partition(of: plan.shape) }
    if let train = plan?.counts["train"], superpixel != nil {
      _ = try Split.counts(trainCount: train, testCount: 0, validation: validation)
    }
    try requireReplaceable()
    return try DurableFile.withFolder(output) {
      // What a killed run left; one that works here now keeps what it has begun.
      let use = try FolderUse(output) {
        try? DurableFile.removeLitter(in: output, where: Self.isOwnTemporary)
      }
      return try withExtendedLifetime(use) { try write(images, progress: progress) }
    }
  }

  private static let archiveName = "images.h5"
  private static let shardsName = "shards"

  private static func isOwnTemporary(_ name: String) -> Bool {
    DurableFile.isTemporary(name)
      && [archiveName, shardsName].contains { name.drop { $0 == "." }.hasPrefix($0) }
  }

  /// Images and shards are finished under temporary names before either takes its place.
  private func write(
    _ images: any ImageSource, progress: (String, Int, Int) throws -> Void
  ) throws -> CommandReport {
    let (path, folder) = (joinPath(output, Self.archiveName), joinPath(output, Self.shardsName))
    let (newPath, newFolder) = (
      DurableFile.temporarySibling(of: path), DurableFile.temporarySibling(of: folder)
    )
    do {
      let notes = try ImageArchive.write(images, name: name, to: newPath) {
        try progress("images", $0, $1)
      }
      for note in notes { tell(note) }
      let archive = try ImageArchive(newPath)
      var manifest: ShardManifest?
      if let partition = try partition(of: archive.shape) {
        manifest = try writeShards(of: archive, partition, to: newFolder, progress: progress)
      }
      let report = report(archive, manifest, try ClassWords.differences(archive))
      // Once more: the images took a while.
      try requireReplaceable()
      if manifest != nil { try DurableFile.replaceFolder(folder, by: newFolder) }
      try DurableFile.move(newPath, to: path)
      return report
    } catch {
      for temporary in [newPath, newFolder] { try? DurableFile.remove(temporary) }
      // The user knows the archive by its own name.
      if let fault = error as? StorageFault, fault.path == newPath { throw fault.named(path) }
      if let fault = error as? FileFault, fault.path == newPath {
        throw FileFault(path, fault.operation, fault.reason)
      }
      throw error
    }
  }

  /// What lies where results go has to be what this command wrote.
  private func requireReplaceable() throws {
    let archive = joinPath(output, Self.archiveName)
    if try DurableFile.exists(archive), try !ArchiveSource.recognises(archive) {
      throw ForeignFileFault(path: archive)
    }
    if superpixel != nil { try ShardFolder.requireReplaceable(joinPath(output, Self.shardsName)) }
  }

  /// The data set's name: the last part of its path.
  private var name: String {
    let parts = source.split(separator: "/").map(String.init)
    return parts.last { $0 != "." && $0 != ".." } ?? "images"
  }

  private func partition(of shape: ImageShape) throws -> GridPartition? {
    try superpixel.map {
      try GridPartition(
        imageHeight: shape.height, imageWidth: shape.width, cellHeight: $0[0], cellWidth: $0[1],
        channels: shape.channels)
    }
  }

  private func writeShards(
    of archive: ImageArchive, _ partition: GridPartition, to folder: String,
    progress: (String, Int, Int) throws -> Void
  ) throws -> ShardManifest {
    let split = try Split(
      trainCount: archive.counts["train"] ?? 0, testCount: archive.counts["test"] ?? 0,
      validation: validation, seed: UInt64(seed))
    return try ShardWriter(archive: archive, partition: partition, split: split)
      .write(to: folder) { try progress("shards", $0, $1) }
  }

  private func report(
    _ archive: ImageArchive, _ manifest: ShardManifest?, _ warnings: [String]
  ) -> CommandReport {
    let counts = manifest?.counts ?? archive.counts
    let words = ["train", "validation", "test"].compactMap { part in
      counts[part].map { "\($0) \(part)" }
    }
    var lines = [
      "\(words.joined(separator: ", ")) images of \(archive.shape)\(ClassWords.count(archive))"
    ]
    if !archive.preparation.isEmpty {
      let done = archive.preparation.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines.append("prepared: \(done.joined(separator: ", "))")
    }
    lines += warnings.map { "warning: \($0)" }
    lines.append(joinPath(output, Self.archiveName))
    if manifest != nil { lines.append(joinPath(output, Self.shardsName)) }
    return CommandReport(
      lines: lines,
      fields: [
        "images": .string(joinPath(output, Self.archiveName)),
        "shards": manifest == nil ? .null : .string(joinPath(output, Self.shardsName)),
        "counts": .mapping(counts.mapValues(ResolvedValue.integer)),
        "height": .integer(archive.height), "width": .integer(archive.width),
        "channels": .integer(archive.shape.channels),
        "classNames": .list(archive.classNames.map(ResolvedValue.string)),
        "warnings": .list(warnings.map(ResolvedValue.string)),
        "preparation": .mapping(archive.preparation.mapValues(ResolvedValue.string)),
      ])
  }
}
