import Files
import Storage

/// Reads a folder of shards by its manifest alone.
package struct ShardReader: Sendable {
  package let folder: String
  package let manifest: ShardManifest
  /// The superpixels in whose order samples are stored.
  package let partition: GridPartition
  let order: StoredOrder

  /// Reads and checks the manifest. Throws `FileFault` (66) or `DatasetFault` (65).
  package init(folder: String) throws {
    self.folder = folder
    manifest = try ShardManifest.read(folder: folder)
    partition = try GridPartition(
      imageHeight: manifest.height, imageWidth: manifest.width,
      cellHeight: manifest.cellHeight, cellWidth: manifest.cellWidth,
      channels: manifest.shape.channels)
    order = StoredOrder(partition)
  }

  /// Samples of a part.
  package func count(_ part: String) -> Int { manifest.counts[part] ?? 0 }

  /// Throws `DatasetFault` (78) for test images alone.
  package func requireTrainingImages(what: String) throws {
    guard count("train") > 0 else { throw DatasetFault.noTrainingImages(what: what) }
  }

  /// Hashes every shard. Throws `DatasetFault` (65) that names the first bad one.
  package func verify() throws { try verify(manifest.shards) }

  private func verify(_ shards: [ShardEntry]) throws {
    _ = try mapInParallel(shards) { try verify($0) }
  }

  /// Loads `train`, `validation` or `test`; an empty part gives an empty store. More than `memory`
  /// bytes of samples stay in their shards and are read when they are needed.
  ///
  /// Size and SHA-256 of each shard are compared before libhdf5 sees it. Throws `DatasetFault`
  /// (65) that names a missing, truncated or changed shard.
  package func load(
    _ part: String, memory: Int = SampleStore.defaultMemory
  ) throws -> SampleStore {
    precondition(Split.partNames.contains(part), "no part \(part)")
    let shards = manifest.shards.filter { $0.part == part }
    try verify(shards)
    let pixels = manifest.values
    let count = count(part)
    if count * pixels > memory { return try stream(part, shards) }
    let storage = SampleStore.allocate(bytes: count * pixels)
    var labels: [Int32] = []
    var indices: [Int64] = []
    do {
      for shard in shards {
        let place = UnsafeMutableRawBufferPointer(
          start: storage + shard.firstIndex * pixels, count: shard.samples * pixels)
        let own = try read(shard, into: place)
        labels += own.labels
        indices += own.indices
      }
    } catch {
      storage.deallocate()
      throw error
    }
    return SampleStore(
      storage: storage, count: count, pixels: pixels, labels: labels, indices: indices,
      chunkSizes: manifest.chunkSizes(part))
  }

  private func stream(_ part: String, _ shards: [ShardEntry]) throws -> SampleStore {
    var labels: [Int32] = []
    var indices: [Int64] = []
    labels.reserveCapacity(count(part))
    indices.reserveCapacity(count(part))
    for shard in shards {
      let file = try open(shard)
      let own = try head(of: shard, file).head
      labels += own.labels
      indices += own.indices
      try file.close()
    }
    let chunks = ShardChunks(
      shards, folder: folder, samplesPerChunk: manifest.samplesPerChunk, order: order)
    return SampleStore(
      storage: SampleStore.allocate(bytes: 0), count: count(part), pixels: manifest.values,
      labels: labels, indices: indices, chunkSizes: manifest.chunkSizes(part),
      stream: SampleStream(chunks))
  }

  func verify(_ shard: ShardEntry) throws {
    let path = joinPath(folder, shard.file)
    let bytes: Int
    do {
      bytes = try FileBytes.size(path)
    } catch let fault as FileFault where fault.exitCode == .noInput {
      throw DatasetFault.shard(path: path, reason: "the shard is missing or unreadable")
    }
    guard bytes == shard.bytes else {
      throw DatasetFault.shard(
        path: path, reason: "expected \(shard.bytes) bytes, found \(bytes)")
    }
    guard try SHA256.hex(ofFile: path) == shard.sha256 else {
      throw DatasetFault.shard(path: path, reason: "its SHA-256 is not the manifest's")
    }
  }

  /// Fills `output` with a shard's samples, `[sample][value]`.
  func read(
    _ shard: ShardEntry, into output: UnsafeMutableRawBufferPointer
  ) throws -> (labels: [Int32], indices: [Int64]) {
    let file = try open(shard)
    let (samples, head) = try head(of: shard, file)
    try samples.readInflatingInParallel(into: output)
    try file.close()
    order.restore(output.assumingMemoryBound(to: UInt8.self))
    return head
  }

  /// A shard whose hash was compared.
  private func open(_ shard: ShardEntry) throws -> HDF5File {
    let file = try HDF5File.open(joinPath(folder, shard.file), checksDigest: false)
    try file.requireOwnData()
    return file
  }

  /// All of a shard but its samples, which are checked to be as many and as large as they should.
  private func head(
    of shard: ShardEntry, _ file: HDF5File
  ) throws -> (samples: HDF5Dataset<UInt8>, head: (labels: [Int32], indices: [Int64])) {
    let samples = try file.dataset("/samples", of: UInt8.self)
    let labels = try file.read("/labels", as: Int32.self).values
    let indices = try file.read("/indices", as: Int64.self).values
    let order = try file.read("/pixelOrder", as: Int32.self).values
    guard samples.shape == [shard.samples, manifest.values], labels.count == shard.samples,
      indices.count == shard.samples, order == partition.order
    else {
      throw DatasetFault.shard(
        path: joinPath(folder, shard.file), reason: "its content does not fit the manifest")
    }
    return (samples, (labels, indices))
  }
}
