import Foundation
import Numerics

/// The order of an image's values in a shard: superpixel by superpixel.
///
/// Everywhere else values are row-major. `ShardWriter` calls `store`, readers of shards call `restore`.
struct StoredOrder: Sendable {
  /// Values that are neighbours in the image and in the sample.
  private struct Run {
    let value: Int
    let position: Int
    var count: Int
  }

  /// Values of an image.
  let valueCount: Int
  private let runs: [Run]
  /// Samples of a piece of work.
  private static let piece = 1_024

  init(_ partition: GridPartition) {
    valueCount = partition.valueCount
    var runs: [Run] = []
    for (position, value) in partition.order.enumerated() {
      if let last = runs.last, last.value + last.count == Int(value) {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(value: Int(value), position: position, count: 1))
      }
    }
    self.runs = runs
  }

  /// Copies the row-major values of an image to a sample in stored order.
  func store(_ image: UnsafePointer<UInt8>, into sample: UnsafeMutablePointer<UInt8>) {
    for run in runs { copy(image + run.value, to: sample + run.position, count: run.count) }
  }

  /// Makes samples in stored order row-major images, in place, on all processors.
  ///
  /// - Parameter samples: `[sample][position]`, whole samples; afterwards `[sample][value]`.
  func restore(_ samples: UnsafeMutableBufferPointer<UInt8>) {
    // One run: the stored order is row-major.
    guard runs.count > 1, let start = samples.baseAddress else { return }
    let count = samples.count / valueCount
    // Each piece changes its own samples alone.
    nonisolated(unsafe) let place = start
    let workers = ForkJoin(workers: ProcessInfo.processInfo.activeProcessorCount)
    workers.run(pieces: (count + Self.piece - 1) / Self.piece) { piece, _ in
      let first = piece * Self.piece
      restore(place + first * valueCount, count: min(Self.piece, count - first))
    }
  }

  /// The same on one processor.
  private func restore(_ samples: UnsafeMutablePointer<UInt8>, count: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: valueCount) { sample in
      guard let own = sample.baseAddress else { return }
      for image in 0..<count {
        let row = samples + image &* valueCount
        own.update(from: row, count: valueCount)
        for run in runs { copy(own + run.position, to: row + run.value, count: run.count) }
      }
    }
  }

  /// Superpixels of four columns are the common ones: four bytes at a time.
  @inline(__always)
  private func copy(
    _ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    let (source, target) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
    var offset = 0
    while offset &+ 4 <= count {
      let four = source.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      target.storeBytes(of: four, toByteOffset: offset, as: UInt32.self)
      offset &+= 4
    }
    while offset < count {
      let byte = source.load(fromByteOffset: offset, as: UInt8.self)
      target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      offset &+= 1
    }
  }
}
