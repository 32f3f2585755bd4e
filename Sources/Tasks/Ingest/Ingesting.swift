import Configuration
import Datasets
import Files
import Numerics
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

  /// Writes `images.h5` and, with superpixels, the folder `shards`. On an error both are unchanged; a killed process
  /// may leave archive and shards of different runs, which the next run repairs. Shards whose manifest does not store
  /// the SHA-256 of the new archive are removed.
  ///
  /// - Parameter progress: hears what is being written, how many images of how many; what it throws ends the
  ///   work, and nothing unfinished is left, nor a folder that was made for it.
  /// - Throws: whatever is wrong with the source (65, 66), `PartitionFault` and `DatasetFault` (78) for
  ///   what does not fit it, `ForeignFileFault` (73) for somebody else's files where the output goes, `FileFault`
  ///   and `StorageFault` (73, 74) for the output.
  package func run(
    progress: (_ what: String, _ done: Int, _ total: Int) throws -> Void
  ) throws -> CommandReport {
    // Repaired before the source is opened, which may be the archive in this folder.
    let use = try DurableFile.isFolder(output) ? mending() : nil
    return try withExtendedLifetime(use) { try work(use, progress: progress) }
  }

  /// Marks the output folder as in use, after repairing what a killed process left.
  private func mending() throws -> FolderUse { try FolderUse(output) { try? place.mend() } }

  /// - Parameter earlier: the lock taken before the source was opened; nil where the folder did not exist.
  private func work(
    _ earlier: FolderUse?, progress: (String, Int, Int) throws -> Void
  ) throws -> CommandReport {
    let images = try imageSource(at: source, options, workers: ForkJoin(workers: workers))
    for note in images.notes { tell(note) }
    let plan = try images.outline()
    // What cannot be cut is told before anything is written.
    if let plan { _ = try partition(of: plan.shape) }
    if let train = plan?.counts["train"], superpixel != nil {
      _ = try Split.counts(trainCount: train, testCount: 0, validation: validation)
    }
    try place.requireReplaceable(cuts: superpixel != nil)
    return try DurableFile.withFolder(output) {
      let use = try earlier ?? mending()
      return try withExtendedLifetime(use) { try write(images, progress: progress) }
    }
  }

  private var place: IngestedSet { IngestedSet(output) }

  /// Images and shards are finished under temporary names before either takes its place.
  private func write(
    _ images: any ImageSource, progress: (String, Int, Int) throws -> Void
  ) throws -> CommandReport {
    let path = place.archive
    let (newPath, newFolder) = (
      DurableFile.temporarySibling(of: path), DurableFile.temporarySibling(of: place.shards)
    )
    var (manifest, warnings): (ShardManifest?, [String]) = (nil, [])
    let archive: ImageArchive
    do {
      let notes = try ImageArchive.write(images, name: name, to: newPath) {
        try progress("images", $0, $1)
      }
      for note in notes { tell(note) }
      archive = try ImageArchive(newPath)
      if let partition = try partition(of: archive.shape) {
        manifest = try writeShards(of: archive, partition, to: newFolder, progress: progress)
      }
      warnings = try ClassWords.differences(archive)
      // Once more: the images took a while.
      try place.requireReplaceable(cuts: manifest != nil)
    } catch {
      for temporary in [newPath, newFolder] { try? DurableFile.remove(temporary) }
      // The user knows the archive by its own name.
      if let fault = error as? StorageFault, fault.path == newPath { throw fault.named(path) }
      if let fault = error as? FileFault, fault.path == newPath {
        throw FileFault(path, fault.operation, fault.reason)
      }
      throw error
    }
    // From here on the temporary names may be those of the older files.
    if try place.replace(byArchive: newPath, shards: manifest == nil ? nil : newFolder) {
      warnings.append(
        "\(place.shards.printable): removed: it does not belong to the new images.h5; pass --superpixel for new shards"
      )
    }
    return report(archive, manifest, warnings)
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
    return try ShardWriter(
      archive: archive, partition: partition, split: split, storesArchive: true
    )
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
    lines.append(place.archive)
    if manifest != nil { lines.append(place.shards) }
    return CommandReport(
      lines: lines,
      fields: [
        "images": .string(place.archive),
        "shards": manifest == nil ? .null : .string(place.shards),
        "counts": .mapping(counts.mapValues(ResolvedValue.integer)),
        "height": .integer(archive.height), "width": .integer(archive.width),
        "channels": .integer(archive.shape.channels),
        "classNames": .list(archive.classNames.map(ResolvedValue.string)),
        "warnings": .list(warnings.map(ResolvedValue.string)),
        "preparation": .mapping(archive.preparation.mapValues(ResolvedValue.string)),
      ])
  }
}
