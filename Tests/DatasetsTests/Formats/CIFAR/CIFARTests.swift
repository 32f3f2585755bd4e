import Configuration
import Datasets
import Files
import Numerics
import TestSupport
import Testing

@Suite struct CIFARTests {
  /// Records whose every value tells image, channel and pixel.
  private func records(
    _ images: Range<Int>, label: (Int) -> UInt8 = { UInt8($0 % 10) }
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for image in images {
      bytes.append(label(image))
      for channel in 0..<3 {
        for pixel in 0..<1_024 { bytes.append(value(image, pixel, channel)) }
      }
    }
    return bytes
  }

  private func value(_ image: Int, _ pixel: Int, _ channel: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: image * 31 + channel * 7 + pixel)
  }

  private let names = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  @Test(arguments: [1, 2, 9]) func batchesBecomeColourImages(block: Int) throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(records(0..<4), to: folder("data_batch_1.bin"))
    try DurableFile.write(records(4..<9), to: folder("data_batch_2.bin"))
    try DurableFile.write(records(9..<11), to: folder("test_batch.bin"))
    try DurableFile.write(
      text: names.joined(separator: "\n") + "\n\n", to: folder("batches.meta.txt"))
    let source = try imageSource(at: folder.path, workers: ForkJoin(workers: 1))
    #expect(source.classNames == names)
    #expect(try source.outline()?.counts == ["train": 9, "test": 2])
    for (part, images) in [("train", 0..<9), ("test", 9..<11)] {
      let reader = try source.reader(part)
      #expect(reader.shape.sizes == [32, 32, 3])
      #expect(try reader.labels() == images.map { Int32($0 % 10) })
      let all = try read(reader, blocksOf: block)
      var expected: [UInt8] = []
      for image in images {
        for pixel in 0..<1_024 {
          for channel in 0..<3 { expected.append(value(image, pixel, channel)) }
        }
      }
      #expect(all == expected, "\(part)")
    }
    let one = try imageSource(at: folder("test_batch.bin"), workers: ForkJoin(workers: 1))
    #expect(one.partNames == ["train"])
    #expect(try one.part("train").count == 2)
  }

  @Test func otherFilesAreRefused() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: DatasetFault.self) { try CIFARSource(folder: folder.path) }
    #expect(missing?.exitCode == .noInput)
    let path = folder("data_batch_1.bin")
    for bytes in [[], Array(records(0..<2).dropLast()), records(0..<2) + [0]] as [[UInt8]] {
      try DurableFile.write(bytes, to: path)
      let fault = #expect(throws: DatasetFault.self) {
        try CIFARSource(folder: folder.path).part("train")
      }
      #expect(fault?.description.hasPrefix("\(path): byte ") == true)
    }
    try DurableFile.write(records(0..<3) { $0 == 2 ? 10 : 0 }, to: path)
    let label = #expect(throws: DatasetFault.self) {
      try CIFARSource(folder: folder.path).part("train")
    }
    #expect(label?.description.hasPrefix("\(path): byte 6146: expected a label") == true)
    try DurableFile.write(text: "cat\ndog\n", to: folder("batches.meta.txt"))
    #expect(throws: DatasetFault.self) { try CIFARSource(folder: folder.path) }
  }
}
