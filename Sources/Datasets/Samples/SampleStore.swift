/// A part's samples, u8 `[sample, value]` with values row-major over the image: in memory in one block, or, where
/// that would be too large, read from the shards ahead of their use.
///
/// What is read is the same either way. Of a part that is read ahead, one walk is made at a time: it
/// says in which order (`follow`, `rewind`), then what it needs (`prepare`), then it reads rows.
///
/// `@unchecked Sendable`: nothing changes after the reader has filled it, but the stream, which
/// guards itself.
package final class SampleStore: @unchecked Sendable {
  package let count: Int
  /// Values of a sample: pixels times channels.
  package let pixels: Int
  /// One class number a sample, -1 without labels.
  package let labels: [Int32]
  /// Each image's index in its source part.
  package let indices: [Int64]
  /// Sizes of the stored chunks, as `BatchOrder` wants them.
  package let chunkSizes: [Int]
  /// Of a part that is read ahead nothing.
  private let storage: UnsafeMutablePointer<UInt8>
  private let stream: SampleStream?

  /// Bytes of samples up to which a part is held in memory.
  package static let defaultMemory = 2_000_000_000

  /// Takes over `storage`, `count * pixels` bytes that `allocate` made and somebody filled.
  init(
    storage: UnsafeMutablePointer<UInt8>, count: Int, pixels: Int, labels: [Int32],
    indices: [Int64], chunkSizes: [Int], stream: SampleStream? = nil
  ) {
    precondition(labels.count == count && indices.count == count)
    precondition(chunkSizes.reduce(0, +) == count)
    self.storage = storage
    self.stream = stream
    self.count = count
    self.pixels = pixels
    self.labels = labels
    self.indices = indices
    self.chunkSizes = chunkSizes
  }

  /// Samples that are already in memory, for tests and for images given by hand.
  package convenience init(
    samples: [UInt8], pixels: Int, labels: [Int32]? = nil, indices: [Int64]? = nil,
    chunkSizes: [Int]? = nil
  ) {
    precondition(pixels > 0 && samples.count % pixels == 0, "whole samples")
    let count = samples.count / pixels
    let storage = Self.allocate(bytes: samples.count)
    samples.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.update(from: base, count: source.count) }
    }
    let chunk = samplesPerChunk(pixels: pixels)
    let sizes = stride(from: 0, to: count, by: chunk).map { min(chunk, count - $0) }
    self.init(
      storage: storage, count: count, pixels: pixels,
      labels: labels ?? [Int32](repeating: -1, count: count),
      indices: indices ?? (0..<Int64(count)).map { $0 },
      chunkSizes: chunkSizes ?? sizes)
  }

  /// Some of the samples, in memory.
  ///
  /// - Parameter chosen: ascending numbers of samples.
  /// - Throws: `StorageFault` where a shard can no longer be read.
  package func gathered(_ chosen: [Int32]) throws -> SampleStore {
    var rows: [UInt8] = []
    rows.reserveCapacity(chosen.count * pixels)
    rewind()
    for sample in chosen {
      try withUnsafePointer(to: sample) { try prepare(UnsafeBufferPointer(start: $0, count: 1)) }
      rows += UnsafeBufferPointer(start: row(Int(sample)), count: pixels)
    }
    return SampleStore(
      samples: rows, pixels: pixels, labels: chosen.map { labels[Int($0)] },
      indices: chosen.map { indices[Int($0)] })
  }

  /// Memory that a part takes: its samples, or the ring that they are read ahead into and the shards
  /// that are open, and a label and an index each.
  ///
  /// - Parameters:
  ///   - memory: bytes of samples up to which a part is held in memory.
  ///   - window: of the order in which they are asked for.
  package static func bytes(count: Int, pixels: Int, memory: Int, window: Int) -> Int {
    let each = MemoryLayout<Int32>.stride + MemoryLayout<Int64>.stride
    guard count * pixels > memory else { return count * (each + pixels) }
    let ring = SampleStream.rows(
      window: min(window, count), chunk: samplesPerChunk(pixels: pixels))
    return count * each + min(ring, count) * pixels + ShardChunks.mostOpen * ShardChunks.bytesOfOpen
  }

  /// Whether the samples are read ahead rather than held.
  package var isStreamed: Bool { stream != nil }

  /// Starts to read samples in the order of an epoch.
  package func follow(_ order: BatchOrder) { stream?.follow(order) }

  /// Starts to read samples from the first on.
  package func rewind() { stream?.rewind() }

  /// Waits until these samples, the next ones in the order, can be read.
  ///
  /// - Throws: `StorageFault` where a shard can no longer be read.
  package func prepare(_ samples: UnsafeBufferPointer<Int32>) throws {
    try stream?.prepare(samples)
  }

  deinit { storage.deallocate() }

  /// At least 64 bytes, which the caller has to write: whoever touches a page first waits for it, and
  /// that should not be one processor for all.
  static func allocate(bytes: Int) -> UnsafeMutablePointer<UInt8> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(64, bytes), alignment: 64)
    return raw.bindMemory(to: UInt8.self, capacity: max(64, bytes))
  }

  /// All samples after each other. Valid as long as the store, which holds them.
  package var samples: UnsafePointer<UInt8> {
    precondition(stream == nil, "samples that are read ahead are not all there")
    return UnsafePointer(storage)
  }

  /// The values of one sample. Valid as long as the store; of samples that are read ahead, until
  /// others are prepared.
  package func row(_ sample: Int) -> UnsafePointer<UInt8> {
    if let stream { return stream.row(sample) }
    precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
    return UnsafePointer(storage + sample * pixels)
  }
}
