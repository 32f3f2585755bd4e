import Configuration
import Datasets
import Files
import Foundation
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct ShardTests {
  @Test func samplesComeBackRowMajor() throws {
    let folder = try TemporaryFolder()
    let manifest = try writeShards(in: folder)
    #expect(manifest.counts == ["train": 40, "validation": 10, "test": 7])
    #expect(manifest.shards.map(\.samples) == [16, 16, 8, 10, 7])
    #expect(manifest.shards.map(\.firstIndex) == [0, 16, 32, 0, 0])
    let reader = try ShardReader(folder: folder("shards"))
    let images = try ImageArchive(folder("images.h5"))
    let split = try Split(trainCount: 50, testCount: 7, validation: 10, seed: 3)
    for part in Split.partNames {
      let store = try reader.load(part)
      let source = Split.sourcePart(of: part)
      let labels = try images.labels(source)
      #expect(store.indices == split[part].map(Int64.init))
      for sample in 0..<store.count {
        let index = Int(store.indices[sample])
        let image = try images.images(source, index..<(index + 1))
        let row = UnsafeBufferPointer(start: store.row(sample), count: store.pixels)
        #expect(Array(row) == image, "\(part) \(sample)")
        #expect(store.labels[sample] == labels?[index])
      }
      #expect(store.chunkSizes.reduce(0, +) == store.count)
    }
  }

  @Test func sameInputSameBytes() throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    try writeShards(in: first)
    usleep(1_100_000)
    try writeShards(in: second)
    let names = try DurableFile.listTree(first("shards"))
    #expect(try names == DurableFile.listTree(second("shards")))
    #expect(names.count == 7)
    for name in names + ["../images.h5"] {
      #expect(
        try FileBytes.read(joinPath(first("shards"), name))
          == FileBytes.read(joinPath(second("shards"), name)), "\(name)")
    }
  }

  @Test func virtualDatasetHoldsAllSamples() throws {
    let folder = try TemporaryFolder()
    try writeShards(in: folder)
    let store = try ShardReader(folder: folder("shards")).load("train")
    let all = try HDF5File.open(folder("shards/all.h5"))
    let samples = try all.dataset("/train/samples", of: UInt8.self).read()
    // The files are in superpixel order: 2 x 3 pixels side by side.
    let order = try all.read("/pixelOrder", as: Int32.self).values
    #expect(order.prefix(6) == [0, 1, 2, 4, 5, 6])
    #expect(
      samples
        == (0..<40).flatMap { sample in order.map { store.row(sample)[Int($0)] } })
    #expect(try all.read("/train/labels", as: Int32.self).values == store.labels)
    #expect(try all.read("/test/indices", as: Int64.self).values == [0, 1, 2, 3, 4, 5, 6])
  }

  @Test func noValidationGivesAnEmptyStore() throws {
    let folder = try TemporaryFolder()
    let source = try writeSource(in: folder, labels: false)
    try ImageArchive.write(source, name: "toy", to: folder("images.h5"))
    let archive = try ImageArchive(folder("images.h5"))
    let partition = try wholeImage(archive)
    try ShardWriter(
      archive: archive, partition: partition,
      split: try Split(trainCount: 50, testCount: 7, validation: 0, limit: 1, seed: 1)
    ).write(to: folder("shards"))
    let reader = try ShardReader(folder: folder("shards"))
    #expect(try reader.load("validation").count == 0)
    #expect(try reader.load("train").labels == [-1])
  }

  @Test(arguments: ["missing", "truncated", "flipped", "folder"])
  func damagedShardIsNamed(damage: String) throws {
    let folder = try TemporaryFolder()
    try writeShards(in: folder)
    let path = folder("shards/shard-00001.h5")
    var bytes = try FileBytes.read(path)
    switch damage {
    case "missing": try DurableFile.remove(path)
    case "truncated": try DurableFile.write(Array(bytes.dropLast()), to: path)
    case "flipped":
      bytes[bytes.count / 2] ^= 1
      try DurableFile.write(bytes, to: path)
    default:
      try DurableFile.remove(path)
      try DurableFile.createFolder(path)
    }
    let reader = try ShardReader(folder: folder("shards"))
    for load in [{ _ = try reader.load("train") }, { try reader.verify() }] {
      let fault = #expect(throws: (any Error).self) { try load() } as? any Fault
      #expect(fault?.exitCode == .badData)
      #expect(fault?.description.contains("shard-00001.h5") == true)
    }
    #expect(try reader.load("test").count == 7, "the other parts are intact")
  }
}
