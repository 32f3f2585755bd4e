import Files
import Foundation
import Storage

/// The stored chunks of one part: where each lies, and what is in it.
///
/// `@unchecked Sendable`: what changes is behind a lock.
final class ShardChunks: @unchecked Sendable {
  /// Shards that are open at a time, and the memory that libhdf5 takes for each, bytes (measured).
  static let mostOpen = 16
  static let bytesOfOpen = 1_000_000

  private struct Place {
    let path: String
    let rows: Range<Int>
  }

  /// Samples before each chunk, and in all of them at the end.
  let starts: [Int]
  var pixels: Int { order.valueCount }
  private let order: StoredOrder
  private let places: [Place]
  /// Guards what follows; libhdf5 has a queue of its own.
  private let lock = NSLock()
  private var open: [String: HDF5Dataset<UInt8>] = [:]
  /// Their paths, the first opened first.
  private var paths: [String] = []

  /// - Parameter shards: of one part, in order; checked against their hashes.
  init(_ shards: [ShardEntry], folder: String, samplesPerChunk: Int, order: StoredOrder) {
    var (starts, places) = ([0], [Place]())
    for shard in shards {
      for first in stride(from: 0, to: shard.samples, by: samplesPerChunk) {
        let rows = first..<min(first + samplesPerChunk, shard.samples)
        places.append(Place(path: joinPath(folder, shard.file), rows: rows))
        starts.append(starts[starts.count - 1] + rows.count)
      }
    }
    self.starts = starts
    self.places = places
    self.order = order
  }

  var count: Int { places.count }

  func size(of chunk: Int) -> Int { starts[chunk + 1] - starts[chunk] }

  /// The chunk that holds a sample.
  func chunk(of sample: Int) -> Int {
    var (low, high) = (0, places.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= sample { low = middle } else { high = middle }
    }
    return low
  }

  /// The rows of a chunk, u8 `[sample, value]`. Called by many threads at once.
  ///
  /// - Throws: `StorageFault` (65, 74), `FileFault`.
  func read(_ chunk: Int) throws -> [UInt8] {
    let place = places[chunk]
    var rows = try dataset(place.path).readRowsInParallel(place.rows)
    rows.withUnsafeMutableBufferPointer { order.restore($0) }
    return rows
  }

  private func dataset(_ path: String) throws -> HDF5Dataset<UInt8> {
    try lock.withLock {
      if let known = open[path] { return known }
      // Whoever reads from it at the moment still holds it open.
      if paths.count == Self.mostOpen { open[paths.removeFirst()] = nil }
      let dataset = try HDF5File.open(path, checksDigest: false).dataset("/samples", of: UInt8.self)
      open[path] = dataset
      paths.append(path)
      return dataset
    }
  }
}
