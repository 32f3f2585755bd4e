import Datasets
import Files
import Foundation
import TestSupport

/// Images whose every pixel tells which image and pixel it is.
func tellingPixels(count: Int, pixels: Int, salt: Int = 0) -> [UInt8] {
  (0..<(count * pixels)).map {
    UInt8(truncatingIfNeeded: ($0 / pixels + salt) &* 31 &+ $0 % pixels)
  }
}

/// A small source on disk: 50 training and 7 test images of 5 x 4.
func writeSource(in folder: TemporaryFolder, labels: Bool = true) throws -> IDXSource {
  let train = tellingPixels(count: 50, pixels: 20)
  let test = tellingPixels(count: 7, pixels: 20, salt: 99)
  func write(_ name: String, _ sizes: [Int], _ content: [UInt8]) throws {
    let bytes = IDXFile.encode(sizes: sizes, content: content)
    try DurableFile.write(Gzip.deflate(bytes), to: folder(name))
  }
  try write("train-images-idx3-ubyte.gz", [50, 5, 4], train)
  try write("t10k-images-idx3-ubyte.gz", [7, 5, 4], test)
  if labels {
    try write("train-labels-idx1-ubyte.gz", [50], (0..<50).map { UInt8($0 % 10) })
    try write("t10k-labels-idx1-ubyte.gz", [7], (0..<7).map { UInt8($0) })
  }
  return try IDXSource(folder: folder.path)
}

/// A folder of shards made from `writeSource`: 40 train, 10 validation, 7 test samples.
@discardableResult
func writeShards(
  in folder: TemporaryFolder, to name: String = "shards", samplesPerShard: Int = 16
) throws -> ShardManifest {
  let source = try writeSource(in: folder)
  try ImageArchive.write(source, name: "toy", to: folder("images.h5"))
  let writer = ShardWriter(
    archive: try ImageArchive(folder("images.h5")),
    partition: try GridPartition(imageHeight: 5, imageWidth: 4, cellHeight: 2, cellWidth: 3),
    split: try Split(trainCount: 50, testCount: 7, validation: 10, seed: 3),
    samplesPerShard: samplesPerShard)
  return try writer.write(to: folder(name))
}

/// The partition of one cell.
func wholeImage(_ archive: ImageArchive) throws -> GridPartition {
  try GridPartition(
    imageHeight: archive.height, imageWidth: archive.width, cellHeight: archive.height,
    cellWidth: archive.width)
}

/// Images that are in memory already.
final class MemoryReader: ImageReader {
  let shape: ImageShape
  let pixels: [UInt8]
  private var next = 0
  var count: Int { pixels.count / shape.valueCount }

  init(shape: ImageShape, pixels: [UInt8]) {
    self.shape = shape
    self.pixels = pixels
  }

  func labels() -> [Int32]? { nil }

  func read(into output: UnsafeMutableRawBufferPointer) {
    output.copyBytes(from: pixels[next..<next + output.count])
    next += output.count
  }
}

/// All of a reader's images, in blocks of so many.
func read(_ reader: any ImageReader, blocksOf images: Int) throws -> [UInt8] {
  var all: [UInt8] = []
  for first in stride(from: 0, to: reader.count, by: images) {
    var block = [UInt8](
      repeating: 0, count: min(images, reader.count - first) * reader.shape.valueCount)
    try block.withUnsafeMutableBytes { try reader.read(into: $0) }
    all += block
  }
  return all
}
