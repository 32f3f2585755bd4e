import Datasets
import Files
import Numerics
import TestSupport
import Testing

/// SVHN's and CIFAR-100's files, and what `tessera ingest` wrote.
@Suite(.serialized) struct ForeignLayoutTests {
  private let one = ForkJoin(workers: 1)

  @Test func matlabFilesOfVersion73() throws {
    let folder = try TemporaryFolder()
    // X(row, column, channel, image) of MATLAB, 2 x 3 x 3 x 10: the last index is the first of the file's.
    var stored: [UInt8] = []
    var expected = [UInt8](repeating: 0, count: 180)
    for image in 0..<10 {
      for channel in 0..<3 {
        for column in 0..<3 {
          for row in 0..<2 {
            let level = UInt8(image * 20 + channel * 6 + column * 2 + row)
            stored.append(level)
            expected[((image * 2 + row) * 3 + column) * 3 + channel] = level
          }
        }
      }
    }
    let labels = (values: (1...10).map { Int32($0) }, sizes: [1, 10])
    try HDF5Fixture.write(
      folder("x.mat"), images: stored, sizes: [10, 3, 3, 2], name: "/X", labels: labels)
    try HDF5Fixture.addMATLABHead(folder("x.mat"))
    let source = try imageSource(at: folder("x.mat"), workers: one)
    let part = try source.part("train")
    #expect(part.shape == ImageShape(height: 2, width: 3, channels: 3))
    #expect(part.pixels == expected)
    // The digit 0 is stored as 10.
    #expect(part.labels == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
    #expect(try ClassNumbering(of: source).names == (0...9).map(String.init))
    #expect(source.notes.count == 1)
  }

  @Test(arguments: [[4, 1], [1, 4], [4]]) func labelsOfOneColumn(sizes: [Int]) throws {
    let folder = try TemporaryFolder()
    try HDF5Fixture.write(
      folder("a.h5"), images: [1, 2, 3, 4], sizes: [4, 1, 1], labels: ([3, 0, 1, 2], sizes))
    let source = try HDF5Source(
      path: folder("a.h5"), train: .init(images: "/images", labels: "/y"))
    #expect(try source.part("train").labels == [3, 0, 1, 2])
    #expect(try imageLabels(at: folder("a.h5") + ":/y", count: 4, of: "x") == [3, 0, 1, 2])
  }

  @Test(arguments: ["fine", "coarse"]) func cifar100(labels: String) throws {
    let folder = try TemporaryFolder()
    func record(_ coarse: UInt8, _ fine: UInt8) -> [UInt8] {
      [coarse, fine] + (0..<3_072).map { UInt8($0 / 1_024 * 50 + Int(fine)) }
    }
    try DurableFile.write(record(1, 2) + record(19, 99), to: folder("train.bin"))
    try DurableFile.write(record(5, 6), to: folder("test.bin"))
    let source = try imageSource(
      at: folder.path, SourceOptions(labels: labels), workers: one)
    #expect(source.classNames.count == (labels == "fine" ? 100 : 20))
    let part = try source.part("train")
    #expect(part.labels == (labels == "fine" ? [2, 99] : [1, 19]))
    #expect(Array(part.pixels.prefix(3)) == [2, 52, 102])
    #expect(try source.part("test").labels == (labels == "fine" ? [6] : [5]))
    let single = try imageSource(
      at: folder("train.bin"), SourceOptions(labels: labels), workers: one)
    #expect(try single.part("train").labels == part.labels)
  }

  @Test func whatIngestWroteIsASource() throws {
    let folder = try TemporaryFolder()
    try writeShards(in: folder)
    let source = try writeSource(in: folder)
    let (train, test) = (try source.part("train"), try source.part("test"))
    try DurableFile.createFolder(folder("own"))
    try DurableFile.copy(folder("images.h5"), to: folder("own/images.h5"))
    for path in ["images.h5", "own"] {
      let archive = try imageSource(at: folder(path), workers: one)
      #expect(try archive.part("train").pixels == train.pixels)
      #expect(try archive.part("train").labels == train.labels)
      #expect(try archive.part("test").pixels == test.pixels)
      #expect(try read(archive.reader("train"), blocksOf: 7) == train.pixels)
      #expect(archive.classNames == (try ClassNumbering(of: source).names))
    }
    for path in ["shards", "shards/manifest.json"] {
      let shards = try imageSource(at: folder(path), workers: one)
      #expect(try shards.part("test").pixels == test.pixels)
      #expect(try shards.part("test").labels == test.labels)
      // What trains and what validates, each in order: together all of the training part.
      let split = try Split(trainCount: 50, testCount: 7, validation: 10, seed: 3)
      let images = (split.train + split.validation).map { Int($0) }
      #expect(
        try read(shards.reader("train"), blocksOf: 9)
          == images.flatMap { Array(train.pixels[$0 * 20..<($0 + 1) * 20]) })
      #expect(try shards.part("train").labels == images.map { train.labels?[$0] ?? -1 })
    }
  }

  @Test func testImagesAlone() throws {
    let folder = try TemporaryFolder()
    let source = try writeSource(in: folder)
    for name in ["images-idx3", "labels-idx1"] {
      try DurableFile.remove(folder("train-\(name)-ubyte.gz"))
    }
    let alone = try imageSource(at: folder.path, workers: one)
    #expect(alone.partNames == ["test"])
    #expect(try alone.outline()?.counts == ["test": 7])
    let held = HeldOutSource(
      IDXSource(
        trainImages: folder("t10k-images-idx3-ubyte.gz"),
        trainLabels: folder("t10k-labels-idx1-ubyte.gz")), test: .last(7))
    for source in [alone, held] as [any ImageSource] {
      try ImageArchive.write(source, name: "x", to: folder("a.h5"))
      let archive = try ImageArchive(folder("a.h5"))
      #expect(archive.counts == ["test": 7])
      #expect(try archive.labels("test") == [0, 1, 2, 3, 4, 5, 6])
      let writer = ShardWriter(
        archive: archive, partition: try wholeImage(archive),
        split: try Split(trainCount: 0, testCount: 7, validation: 0, seed: 1))
      #expect(try writer.write(to: folder("shards")).counts["test"] == 7)
      let reader = try ShardReader(folder: folder("shards"))
      #expect(try reader.load("test").count == 7)
      let fault = #expect(throws: DatasetFault.self) {
        try reader.requireTrainingImages(what: "train")
      }
      #expect(fault?.exitCode == .configuration)
      try DurableFile.remove(folder("shards"))
    }
    _ = source
    #expect(throws: DatasetFault.self) { try TestChoice.last(8).images(of: 7) }
  }
}
