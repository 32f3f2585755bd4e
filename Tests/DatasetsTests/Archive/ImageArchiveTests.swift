import Configuration
import Datasets
import Files
import Foundation
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct ImageArchiveTests {
  @Test(arguments: [true, false])
  func roundTrip(labels: Bool) throws {
    let folder = try TemporaryFolder()
    let source = try writeSource(in: folder, labels: labels)
    try ImageArchive.write(source, name: "toy", to: folder("a.h5"))
    let archive = try ImageArchive(folder("a.h5"))
    #expect(archive.counts == ["train": 50, "test": 7])
    #expect(archive.height == 5 && archive.width == 4)
    #expect(
      try source.outlineWithClasses()
        == ImageOutline(
          height: 5, width: 4, counts: archive.counts, classes: archive.classNames.count))
    #expect(archive.classNames.count == (labels ? 10 : 0))
    #expect(try archive.images("train", 0..<50) == tellingPixels(count: 50, pixels: 20))
    #expect(try archive.images("test", 3..<4) == tellingPixels(count: 1, pixels: 20, salt: 102))
    #expect(try archive.labels("test") == (labels ? [0, 1, 2, 3, 4, 5, 6] : nil))
    #expect(archive.sources.count == (labels ? 4 : 2))
    #expect(archive.sources[0].name == "train-images-idx3-ubyte.gz")
    #expect(
      try archive.sources[0].sha256 == SHA256.hex(ofFile: folder("train-images-idx3-ubyte.gz")))
  }

  @Test func missingImagesAreNamed() throws {
    let folder = try TemporaryFolder()
    let fault = #expect(throws: DatasetFault.self) { try IDXSource(folder: folder.path) }
    #expect(fault?.exitCode == .noInput)
    #expect(fault?.description.contains("train-images-idx3-ubyte") == true)
  }

  @Test func sizesOfBothPartsHaveToAgree() throws {
    let folder = try TemporaryFolder()
    _ = try writeSource(in: folder)
    let other = IDXFile.encode(sizes: [2, 3, 3], content: [UInt8](repeating: 0, count: 18))
    try DurableFile.write(other, to: folder("t10k-images-idx3-ubyte"))
    try DurableFile.remove(folder("t10k-labels-idx1-ubyte.gz"))
    let source = try IDXSource(folder: folder.path)
    #expect(throws: DatasetFault.self) {
      try ImageArchive.write(source, name: "toy", to: folder("a.h5"))
    }
    #expect(try !DurableFile.listTree(folder.path).contains { $0.contains("a.h5") })
  }

  @Test func otherFilesAreRefused() throws {
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("a.h5")) { try $0.write("/x", [1.0]) }
    let fault = #expect(throws: DatasetFault.self) { try ImageArchive(folder("a.h5")) }
    #expect(fault?.exitCode == .badData)
  }

  static let mnist = ProcessInfo.processInfo.environment["TESSERA_DATA"].map {
    joinPath($0, "mnist")
  }
  static var hasMNIST: Bool {
    mnist.map { FileManager.default.fileExists(atPath: $0) } ?? false
  }

  @Test(.enabled(if: Self.hasMNIST, "no full MNIST at $TESSERA_DATA/mnist"))
  func fullMNIST() throws {
    let source = try IDXSource(folder: try #require(Self.mnist))
    let test = try source.part("test")
    let labels = try #require(test.labels)
    let classes = (0..<10).map { digit in labels.filter { $0 == digit }.count }
    // As published.
    #expect(classes == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
  }
}
