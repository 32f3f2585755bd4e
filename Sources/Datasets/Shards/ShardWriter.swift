import Files
import Storage

/// Writes an archive's images as shards: superpixel order, one part a shard, samples ascending.
///
/// A shard holds `/samples` u8 `[sample, position]`, `/labels` i32 (-1 without labels),
/// `/indices` i64 (of the image in its source part) and `/pixelOrder` i32.
package struct ShardWriter: Sendable {
  package static let format = "tessera-shard"
  /// Chunks whose images are read before any of them is written: bounds the memory they take.
  private static let chunksAtOnce = 32
  /// The virtual dataset over all shards.
  package static let viewFormat = "tessera-shards-view"

  package let archive: ImageArchive
  package let partition: GridPartition
  package let split: Split
  package let samplesPerShard: Int
  package let gzip: Int
  /// Whether the manifest stores the archive's SHA-256.
  package let storesArchive: Bool

  /// The partition has to be one of the archive's images, and the split one of its counts.
  package init(
    archive: ImageArchive, partition: GridPartition, split: Split,
    samplesPerShard: Int = 10_000, gzip: Int = 4, storesArchive: Bool = false
  ) {
    precondition(partition.shape == archive.shape, "a partition of these images")
    precondition(samplesPerShard > 0 && (0...9).contains(gzip))
    self.archive = archive
    self.partition = partition
    self.split = split
    self.samplesPerShard = samplesPerShard
    self.gzip = gzip
    self.storesArchive = storesArchive
  }

  /// Fills `folder` (made if missing): shards, `all.h5` for other tools, and the manifest last,
  /// so that a folder without a manifest is no set of shards. Returns the manifest. `progress`
  /// is called with (samples written, of how many) after each block of a shard; what it throws ends the writing.
  ///
  /// Throws `StorageFault` (65 for the archive, 74 for the disk) and `FileFault`.
  @discardableResult
  package func write(
    to folder: String, progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> ShardManifest {
    try DurableFile.createFolder(folder)
    var manifest = try emptyManifest()
    let total = manifest.counts.values.reduce(0, +)
    var written = 0
    for part in Split.partNames {
      let indices = split[part]
      let labels = indices.isEmpty ? nil : try archive.labels(Split.sourcePart(of: part))
      for first in stride(from: 0, to: indices.count, by: samplesPerShard) {
        let own = indices[first..<min(indices.count, first + samplesPerShard)]
        let name = ShardManifest.shardName(manifest.shards.count)
        let path = joinPath(folder, name)
        let sha256 = try writeShard(part, own, labels, to: path) {
          try progress(written + $0, total)
        }
        manifest.shards.append(
          ShardEntry(
            file: name, part: part, firstIndex: first, samples: own.count,
            bytes: try FileBytes.size(path), sha256: sha256))
        written += own.count
      }
    }
    try writeVirtual(manifest, to: joinPath(folder, ShardManifest.viewName))
    let text = try manifest.encoded()
    try DurableFile.write(text: text, to: joinPath(folder, ShardManifest.fileName))
    return try ShardManifest.read(folder: folder)
  }

  private func emptyManifest() throws -> ShardManifest {
    let counts = Split.partNames.map { ($0, split[$0].count) }
    return ShardManifest(
      version: ShardManifest.version(
        channels: archive.shape.channels, storesArchive: storesArchive), name: archive.name,
      height: archive.height, width: archive.width,
      channels: archive.shape.channels == 1 ? nil : archive.shape.channels,
      preparation: archive.preparation.isEmpty ? nil : archive.preparation,
      cellHeight: partition.cellHeight,
      cellWidth: partition.cellWidth, latticeRows: partition.rows,
      latticeColumns: partition.columns, counts: Dictionary(uniqueKeysWithValues: counts),
      classNames: archive.classNames, sources: archive.sources,
      images: storesArchive ? try SHA256.hex(ofFile: archive.path) : nil,
      samplesPerChunk: min(samplesPerShard, samplesPerChunk(pixels: partition.valueCount)),
      gzip: gzip, shards: [])
  }

  /// Returns the SHA-256 of the file.
  private func writeShard(
    _ part: String, _ indices: ArraySlice<Int32>, _ labels: [Int32]?, to path: String,
    progress: (Int) throws -> Void
  ) throws -> String {
    let pixels = partition.valueCount
    let chunk = min(samplesPerShard, samplesPerChunk(pixels: pixels))
    return try HDF5File.writeAtomically(to: path) { file in
      try file.setAttribute("/", "format", .string(Self.format))
      try file.setAttribute("/", "version", .integer(1))
      try file.setAttribute("/", "part", .string(part))
      let samples = try file.createDataset(
        "/samples", of: UInt8.self, shape: [indices.count, pixels],
        layout: .chunked([chunk, pixels], gzip: gzip))
      let block = Self.chunksAtOnce * chunk
      for first in stride(from: 0, to: indices.count, by: block) {
        let own = indices.dropFirst(first).prefix(block)
        let images = try gather(own, Split.sourcePart(of: part))
        try samples.writeRowsInParallel(first..<first + own.count) { rows, place in
          guard let sample = place.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
          for row in rows {
            let start = (row - rows.lowerBound) * pixels
            images.store(row - first, into: sample + start)
          }
        }
        try progress(first + own.count)
      }
      try file.write("/labels", indices.map { labels?[Int($0)] ?? -1 })
      try file.write("/indices", indices.map(Int64.init))
      try file.write("/pixelOrder", partition.order)
    }
  }

  /// The images of ascending `indices`, to be stored in superpixel order.
  private func gather(_ indices: ArraySlice<Int32>, _ part: String) throws -> GatheredImages {
    // Runs of near indices are read at once; far ones would read everything between them.
    let reach = max(1, 4 * indices.count)
    var images = GatheredImages(StoredOrder(partition))
    var rest = indices
    while let first = rest.first.map(Int.init) {
      let run = rest.prefix { Int($0) < first + reach }
      rest = rest.dropFirst(run.count)
      let last = run.last.map(Int.init) ?? first
      let rows = try archive.images(part, first..<(last + 1))
      images.append(rows, offsets: run.map { Int($0) - first })
    }
    return images
  }

  private func writeVirtual(_ manifest: ShardManifest, to path: String) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.setAttribute("/", "format", .string(Self.viewFormat))
      try file.setAttribute("/", "version", .integer(1))
      for part in Split.partNames {
        let shards = manifest.shards.filter { $0.part == part }
        guard !shards.isEmpty else { continue }
        func sources(_ dataset: String) -> [VirtualSource] {
          shards.map { VirtualSource(file: $0.file, dataset: dataset, rows: $0.samples) }
        }
        try file.createVirtual(
          "/\(part)/samples", of: UInt8.self, rowShape: [manifest.values],
          sources: sources("/samples"))
        try file.createVirtual(
          "/\(part)/labels", of: Int32.self, rowShape: [], sources: sources("/labels"))
        try file.createVirtual(
          "/\(part)/indices", of: Int64.self, rowShape: [], sources: sources("/indices"))
      }
      try file.write("/pixelOrder", partition.order)
    }
  }
}
