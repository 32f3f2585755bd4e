import Dispatch
import Foundation

/// Samples of a part that is larger than memory, read from its shards ahead of where they are needed.
///
/// The chunks are read in the sequence that an epoch's order has them in, into a ring that holds the
/// window in use and the next one; a walk through all samples in stored order is a sequence too, with
/// windows of one. Rows are row-major: what is computed of them has the same bits as if all
/// were in memory.
///
/// `@unchecked Sendable`: what is not behind `ReadAhead` is changed by the one thread that walks, while
/// nobody reads rows.
final class SampleStream: @unchecked Sendable {
  /// Chunks that are read at once.
  private static let chunksAtOnce = 4

  private let chunks: ShardChunks
  private let pixels: Int
  private let largest: Int
  private let ahead = ReadAhead()

  /// Chunks in the sequence, places of samples before each, and the first place of each by its number.
  private var sequence: [Int32] = []
  private var starts: [Int] = []
  private var places: [Int] = []
  private var window = 1
  /// Row `place % capacity` of the ring holds the sample at a place of the sequence.
  private var ring: UnsafeMutablePointer<UInt8>?
  private var capacity = 0
  /// The places that may be read; nil before anything was asked of the sequence.
  private var ready: Range<Int>?

  init(_ chunks: ShardChunks) {
    self.chunks = chunks
    pixels = chunks.pixels
    largest = (0..<chunks.count).map(chunks.size).max() ?? 0
    rewind()
  }

  deinit {
    ahead.stop()
    ring?.deallocate()
  }

  private var count: Int { chunks.starts[chunks.count] }

  /// Rows that the ring has for windows of a size, and the chunks that are read into it.
  static func rows(window: Int, chunk: Int) -> Int { 2 * window + chunksAtOnce * chunk }

  // MARK: The walker's side

  /// Starts to read samples in the order of an epoch.
  func follow(_ order: BatchOrder) { follow(order.chunks, window: order.window) }

  /// Starts to read samples from the first on, in stored order.
  func rewind() { follow((0..<Int32(chunks.count)).map { $0 }, window: 1) }

  private func follow(_ sequence: [Int32], window: Int) {
    ahead.stop()
    self.sequence = sequence
    self.window = window
    starts = [0]
    places = Array(repeating: 0, count: chunks.count)
    for chunk in sequence.map(Int.init) {
      let place = starts[starts.count - 1]
      places[chunk] = place
      starts.append(place + chunks.size(of: chunk))
    }
    ready = nil
  }

  /// Waits for the rows of these samples; those of earlier windows are released.
  ///
  /// - Throws: `StorageFault` for a shard that can no longer be read.
  func prepare(_ samples: UnsafeBufferPointer<Int32>) throws {
    var (low, high) = (Int.max, Int.min)
    for sample in samples {
      let place = place(of: Int(sample))
      low = min(low, place)
      high = max(high, place)
    }
    guard low <= high else { return }
    let wanted = low / window * window..<min((high / window + 1) * window, count)
    let isBack = ready.map { wanted.lowerBound < $0.lowerBound } ?? true
    if isBack || wanted.count + largest > capacity { restart(for: wanted) }
    ready = wanted
    ahead.allow(upTo: min(wanted.lowerBound + capacity, count))
    try ahead.wait(for: wanted.upperBound)
  }

  /// The values of a sample that was prepared. Called by many threads at once.
  func row(_ sample: Int) -> UnsafePointer<UInt8> {
    let place = place(of: sample)
    guard let ring, let ready, ready.contains(place) else {
      preconditionFailure("sample \(sample) is read before it was prepared")
    }
    return UnsafePointer(ring + place % capacity * pixels)
  }

  private func place(of sample: Int) -> Int {
    precondition(sample >= 0 && sample < count, "sample \(sample) of \(count)")
    let chunk = chunks.chunk(of: sample)
    return places[chunk] + sample - chunks.starts[chunk]
  }

  /// Reads on from the chunk that holds the first place wanted, with a ring that is large enough.
  private func restart(for wanted: Range<Int>) {
    ahead.stop()
    let rows = min(
      Self.rows(window: wanted.count, chunk: largest), count + Self.chunksAtOnce * largest)
    if rows > capacity {
      ring?.deallocate()
      ring = SampleStore.allocate(bytes: rows * pixels)
      capacity = rows
    }
    guard let ring else { return }
    let first = index(ofPlace: wanted.lowerBound)
    // Outlives the reading: it is stopped before the ring is given back.
    nonisolated(unsafe) let target = ring
    let reading = Reading(
      chunks: chunks, sequence: sequence, starts: starts, capacity: capacity,
      atOnce: Self.chunksAtOnce)
    ahead.start(at: starts[first]) { from, limit in
      try reading.step(from: from, limit: limit, into: target)
    }
  }

  /// In the sequence: the chunk that holds a place.
  private func index(ofPlace place: Int) -> Int { Reading.index(of: place, in: starts) }
}

/// The reader's side: a sequence of chunks, and where they go.
private struct Reading: Sendable {
  let chunks: ShardChunks
  let sequence: [Int32]
  let starts: [Int]
  let capacity: Int
  let atOnce: Int

  /// The last of `starts` that is not above a place, the end apart.
  static func index(of place: Int, in starts: [Int]) -> Int {
    var (low, high) = (0, starts.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  /// Reads some whole chunks, several at once.
  func step(from: Int, limit: Int, into ring: UnsafeMutablePointer<UInt8>) throws -> Int {
    let first = Self.index(of: from, in: starts)
    let end = (first..<min(first + atOnce, sequence.count)).prefix { starts[$0 + 1] <= limit }
      .endIndex
    guard end > first else { return from }
    var results = [Result<[UInt8], any Error>?](repeating: nil, count: end - first)
    results.withUnsafeMutableBufferPointer { results in
      // Each writes its own result alone.
      nonisolated(unsafe) let results = results
      DispatchQueue.concurrentPerform(iterations: end - first) { index in
        results[index] = Result { try chunks.read(Int(sequence[first + index])) }
      }
    }
    for (index, result) in results.enumerated() {
      guard let rows = try result?.get() else { continue }
      copy(rows, to: starts[first + index], of: ring)
    }
    return starts[end]
  }

  /// Around the ring's end where it must be.
  private func copy(_ rows: [UInt8], to place: Int, of ring: UnsafeMutablePointer<UInt8>) {
    let pixels = chunks.pixels
    let before = min(capacity - place % capacity, rows.count / pixels)
    rows.withUnsafeBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      (ring + place % capacity * pixels).update(from: start, count: before * pixels)
      ring.update(from: start + before * pixels, count: rows.count - before * pixels)
    }
  }
}
