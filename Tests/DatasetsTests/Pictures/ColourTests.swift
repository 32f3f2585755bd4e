import Configuration
import Datasets
import Files
import Numerics
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct ColourTests {
  /// Nine RGB pictures of 5 x 7, each value telling its place, in two classes.
  private func write(_ folder: TemporaryFolder) throws -> [[UInt8]] {
    let images = (0..<9).map { image -> [UInt8] in
      (0..<105).map { place -> UInt8 in UInt8(truncatingIfNeeded: image * 29 + place * 3) }
    }
    for (number, pixels) in images.enumerated() {
      let name = number < 4 ? "a" : "b"
      try DurableFile.createFolder(folder("pictures/\(name)"))
      try PNGFile.write(
        pixels: pixels, width: 7, height: 5, channels: 3,
        to: folder("pictures/\(name)/\(number).png"))
    }
    return images
  }

  /// Cells that do not divide the image, and not square ones.
  @Test(arguments: [(2, 3), (5, 1), (3, 7), (1, 1)])
  func colourGoesToShardsAndBack(cellHeight: Int, cellWidth: Int) throws {
    let folder = try TemporaryFolder()
    let images = try write(folder)
    let source = try PNGFolderSource(
      folder: folder("pictures"), split: .chosen(.last(2)), workers: ForkJoin(workers: 2))
    try ImageArchive.write(source, name: "toy", to: folder("images.h5"))
    let archive = try ImageArchive(folder("images.h5"))
    #expect(archive.shape == ImageShape(height: 5, width: 7, channels: 3))
    #expect(archive.preparation["channels"] == "rgb" && archive.preparation["sizes"] == "fail")
    let raw = try HDF5File.open(folder("images.h5"))
    #expect(try raw.dataset("/train/images", of: UInt8.self).shape == [7, 5, 7, 3])
    #expect(try raw.integer("/", "version") == 2)
    let partition = try GridPartition(
      imageHeight: 5, imageWidth: 7, cellHeight: cellHeight, cellWidth: cellWidth, channels: 3)
    let split = try Split(trainCount: 7, testCount: 2, validation: 2, seed: 1)
    let manifest = try ShardWriter(archive: archive, partition: partition, split: split)
      .write(to: folder("shards"))
    #expect(manifest.version == 2 && manifest.channels == 3 && manifest.values == 105)
    #expect(manifest.preparation == archive.preparation)
    let reader = try ShardReader(folder: folder("shards"))
    #expect(reader.partition == partition)
    // A pixel's channels are neighbours.
    for place in stride(from: 0, to: 105, by: 3) {
      let value = partition.order[place]
      #expect(value % 3 == 0)
      #expect(partition.order[place + 1] == value + 1 && partition.order[place + 2] == value + 2)
    }
    for part in Split.partNames {
      let store = try reader.load(part)
      let first = part == "test" ? 7 : 0
      for sample in 0..<store.count {
        let image = images[first + Int(store.indices[sample])]
        let row = UnsafeBufferPointer(start: store.row(sample), count: 105)
        #expect(Array(row) == image)
      }
    }
  }

  @Test func greyArchivesAreAsTheyWere() throws {
    let folder = try TemporaryFolder()
    let manifest = try writeShards(in: folder)
    #expect(manifest.version == 1 && manifest.channels == nil && manifest.preparation == nil)
    let raw = try HDF5File.open(folder("images.h5"))
    #expect(try raw.integer("/", "version") == 1)
    #expect(try !raw.hasAttribute("/", "channels") && !raw.hasAttribute("/", "preparation"))
    let text = String(decoding: try FileBytes.read(folder("shards/manifest.json")), as: UTF8.self)
    #expect(!text.contains("channels") && !text.contains("preparation"))
  }

  @Test func headsDecideAboutColour() throws {
    let folder = try TemporaryFolder()
    try PNGFile.write(pixels: [7, 9], width: 2, height: 1, to: folder("1.png"))
    func channels(_ preparation: PicturePreparation = PicturePreparation()) throws -> Int {
      try PNGFolderSource(
        folder: folder.path, preparation: preparation, workers: ForkJoin(workers: 1)
      ).part("train").shape.channels
    }
    #expect(try channels() == 1)
    #expect(try channels(PicturePreparation(channels: .rgb)) == 3)
    // The last file of all makes them colour.
    try PNGFile.write(
      pixels: [1, 2, 3, 4, 5, 6], width: 2, height: 1, channels: 3, to: folder("2.png"))
    #expect(try channels() == 3)
    let source = try PNGFolderSource(folder: folder.path, workers: ForkJoin(workers: 1))
    #expect(try source.part("train").pixels == [7, 7, 7, 9, 9, 9, 1, 2, 3, 4, 5, 6])
    #expect(try channels(PicturePreparation(channels: .grey)) == 1)
  }

  @Test func oneShapeByPolicy() throws {
    let folder = try TemporaryFolder()
    try PNGFile.write(pixels: [1], width: 1, height: 1, to: folder("1.png"))
    try PNGFile.write(
      pixels: [UInt8](repeating: 9, count: 12), width: 4, height: 3, to: folder("2.png"))
    for policy in [SizePolicy.resize, .pad, .crop] {
      let size = policy == .crop ? [1, 1] : [4, 5]
      let source = try PNGFolderSource(
        folder: folder.path, preparation: PicturePreparation(sizes: policy, size: size),
        workers: ForkJoin(workers: 2))
      let part = try source.part("train")
      #expect(part.shape.sizes == size && part.count == 2, "\(policy)")
      #expect(try source.preparation()["sizes"] == policy.rawValue)
      #expect(try source.outline()?.shape == part.shape)
    }
  }
}
