import Configuration
import Datasets
import Files
import Foundation
import Storage
import TestSupport
import Testing

/// Shards of three samples, 14 of them in the training part of 40.
@Suite(.serialized) struct SampleStreamTests {
  private struct Both {
    /// Of the shards, which are read as long as the stream lives.
    let folder: TemporaryFolder
    let stored: SampleStore
    let streamed: SampleStore

    init(_ folder: TemporaryFolder, part: String = "train") throws {
      self.folder = folder
      try writeShards(in: folder, samplesPerShard: 3)
      let reader = try ShardReader(folder: folder("shards"))
      stored = try reader.load(part)
      streamed = try reader.load(part, memory: 0)
    }

    /// Asks for samples in batches and compares every row.
    func agree(on order: [Int32], batch: Int) throws -> Bool {
      for start in stride(from: 0, to: order.count, by: batch) {
        let samples = Array(order[start..<min(start + batch, order.count)])
        try samples.withUnsafeBufferPointer { try streamed.prepare($0) }
        for sample in samples.map(Int.init) {
          let rows = [stored, streamed].map {
            Array(UnsafeBufferPointer(start: $0.row(sample), count: stored.pixels))
          }
          guard rows[0] == rows[1] else { return false }
        }
      }
      return true
    }
  }

  @Test func aPartAboveTheLimitIsStreamed() throws {
    let folder = try TemporaryFolder()
    let both = try Both(folder)
    #expect(both.streamed.isStreamed && !both.stored.isStreamed)
    #expect(both.streamed.count == 40 && both.streamed.labels == both.stored.labels)
    #expect(both.streamed.indices == both.stored.indices)
    #expect(both.streamed.chunkSizes == both.stored.chunkSizes)
    let reader = try ShardReader(folder: folder("shards"))
    #expect(try !reader.load("train", memory: 40 * 20).isStreamed)
    #expect(try reader.load("train", memory: 40 * 20 - 1).isStreamed)
  }

  /// Some samples far from each other, read into memory from their shards.
  @Test(arguments: [[0, 39], [5], [], Array(0..<40), [1, 2, 3, 17, 30]] as [[Int32]])
  func someAreGathered(chosen: [Int32]) throws {
    let both = try Both(try TemporaryFolder())
    for store in [both.stored, both.streamed] {
      let few = try store.gathered(chosen)
      #expect(!few.isStreamed && few.count == chosen.count)
      #expect(few.labels == chosen.map { both.stored.labels[Int($0)] })
      #expect(few.indices == chosen.map { both.stored.indices[Int($0)] })
      for (place, sample) in chosen.enumerated() {
        let rows = [few.row(place), both.stored.row(Int(sample))].map {
          Array(UnsafeBufferPointer(start: $0, count: few.pixels))
        }
        #expect(rows[0] == rows[1])
      }
    }
  }

  /// Batches that fall into windows, across them, over several, and are larger than all.
  @Test(arguments: [1, 2, 3, 7, 16, 39, 40, 1_000], [1, 4, 16, 64])
  func anEpochHasTheSameRows(window: Int, batch: Int) throws {
    let both = try Both(try TemporaryFolder())
    for epoch in 1...3 {
      let order = BatchOrder(
        chunkSizes: both.stored.chunkSizes, seed: 5, epoch: epoch, window: window)
      both.streamed.follow(order)
      #expect(try both.agree(on: order.positions, batch: batch), "epoch \(epoch)")
    }
  }

  @Test(arguments: [1, 5, 40])
  func aWalkHasTheSameRowsAgainAndAgain(block: Int) throws {
    let both = try Both(try TemporaryFolder())
    let walk = (0..<Int32(40)).map { $0 }
    #expect(try both.agree(on: walk, batch: block))
    // Left in the middle, begun anew, and after an epoch.
    both.streamed.rewind()
    #expect(try both.agree(on: Array(walk.prefix(17)), batch: block))
    both.streamed.rewind()
    #expect(try both.agree(on: walk, batch: block))
    let order = BatchOrder(chunkSizes: both.stored.chunkSizes, seed: 1, epoch: 1, window: 8)
    both.streamed.follow(order)
    #expect(try both.agree(on: Array(order.positions.prefix(9)), batch: 3))
    both.streamed.rewind()
    #expect(try both.agree(on: walk, batch: block))
  }

  @Test func anEmptyPartIsNoStream() throws {
    let folder = try TemporaryFolder()
    try writeShards(in: folder)
    let reader = try ShardReader(folder: folder("shards"))
    #expect(try reader.load("train", memory: 0).count == 40)
    let none = try reader.load("validation", memory: 10_000)
    #expect(!none.isStreamed)
  }

  /// As in memory: size and hash are looked at before anything is read.
  @Test func aDamagedShardIsNamedFirst() throws {
    let folder = try TemporaryFolder()
    try writeShards(in: folder, samplesPerShard: 3)
    let path = folder("shards/shard-00004.h5")
    var bytes = try FileBytes.read(path)
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(filePath: path))
    let fault = #expect(throws: DatasetFault.self) {
      _ = try ShardReader(folder: folder("shards")).load("train", memory: 0)
    }
    #expect(fault?.description.contains("shard-00004.h5") == true)
  }

  /// A shard that goes away after it was checked ends the walk with its name, and does not hang.
  @Test func aShardThatVanishesIsTold() throws {
    let folder = try TemporaryFolder()
    let both = try Both(folder)
    try DurableFile.remove(folder("shards/shard-00009.h5"))
    let walk = (0..<Int32(40)).map { $0 }
    let fault = #expect(throws: (any Error).self) { _ = try both.agree(on: walk, batch: 4) }
    #expect("\((fault as? any Fault)?.description ?? "")".contains("shard-00009.h5"))
    #expect(throws: (any Error).self) { _ = try both.agree(on: walk, batch: 4) }
  }

  /// The forecast of a part: all of it, or twice the window, some chunks and open shards.
  @Test func memoryIsThatOfTheWindow() {
    let all = SampleStore.bytes(count: 1_000_000, pixels: 784, memory: 1 << 40, window: 65_536)
    #expect(all == 1_000_000 * (784 + 12))
    let ring = SampleStore.bytes(count: 1_000_000, pixels: 784, memory: 1 << 29, window: 65_536)
    // Chunks of 256 KiB, four at once.
    #expect(ring == 1_000_000 * 12 + (2 * 65_536 + 4 * 334) * 784 + 16_000_000)
    let few = SampleStore.bytes(count: 1_000, pixels: 784, memory: 0, window: 65_536)
    #expect(few == 1_000 * (784 + 12) + 16_000_000)
  }
}
