import Datasets
import TestSupport
import Testing

/// Images of 64 x 64 without a file.
private struct LargeSource: ImageSource {
  static let count = 2100
  static let pixels = 4096
  let partNames = ["train"]
  let classNames: [String] = []
  let files: [(name: String, path: String)] = []

  func outline() throws -> ImageOutline? {
    ImageOutline(height: 64, width: 64, counts: ["train": Self.count], classes: 0)
  }

  func reader(_ part: String) -> any ImageReader {
    MemoryReader(
      shape: ImageShape(height: 64, width: 64),
      pixels: tellingPixels(count: Self.count, pixels: Self.pixels))
  }
}

@Suite struct LargeShardTests {
  /// 33 chunks: a shard is written by blocks of 32. Cells of 6 columns end in one of 4.
  @Test(arguments: [nil, 130]) func blocksOfChunks(limit: Int?) throws {
    let folder = try TemporaryFolder()
    try ImageArchive.write(LargeSource(), name: "large", to: folder("images.h5"))
    let archive = try ImageArchive(folder("images.h5"))
    let partition = try GridPartition(
      imageHeight: 64, imageWidth: 64, cellHeight: 5, cellWidth: 6)
    let split = try Split(
      trainCount: LargeSource.count, testCount: 0, validation: 0, limit: limit, seed: 1)
    try ShardWriter(archive: archive, partition: partition, split: split).write(
      to: folder("shards"))
    let store = try ShardReader(folder: folder("shards")).load("train")
    #expect(store.count == limit ?? LargeSource.count)
    #expect(store.indices == split.train.map(Int64.init))
    let pixels = tellingPixels(count: LargeSource.count, pixels: LargeSource.pixels)
    for sample in 0..<store.count {
      let start = Int(store.indices[sample]) * LargeSource.pixels
      let row = store.row(sample)
      let isRight = (0..<LargeSource.pixels).allSatisfy { row[$0] == pixels[start + $0] }
      #expect(isRight, "sample \(sample)")
    }
  }
}
