import Configuration
import Datasets
import Files
import Foundation
import TestSupport
import Testing

@Suite struct IDXFileTests {
  let content = (0..<24).map { UInt8($0 * 10) }
  var plain: [UInt8] { IDXFile.encode(sizes: [2, 3, 4], content: content) }

  @Test func plainAndGzipAgree() throws {
    for bytes in [plain, Gzip.deflate(plain)] {
      let images = try IDXFile.images(bytes: bytes, path: "x")
      #expect((images.count, images.height, images.width) == (2, 3, 4))
      #expect(images.pixels == content)
    }
    let labels = IDXFile.encode(sizes: [3], content: [7, 8, 9])
    #expect(try IDXFile.labels(bytes: labels, path: "x").labels == [7, 8, 9])
  }

  static func header(_ magic: [UInt8], _ sizes: [UInt32]) -> [UInt8] {
    magic + sizes.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
  }

  static let huge = UInt32.max
  static let faults: [(String, [UInt8], Int, IDXFault.Problem)] = [
    ("empty file", [], 0, .headerTruncated(expected: 16, found: 0)),
    ("magic", [1, 0, 8, 3] + [UInt8](repeating: 0, count: 12), 0, .magic(found: [1, 0, 8, 3])),
    ("type", header([0, 0, 13, 3], [1, 1, 1]) + [0], 2, .type(found: 13)),
    ("labels", header([0, 0, 8, 1], [1]) + [0], 3, .rank(expected: 3, found: 1)),
    ("rank 4", header([0, 0, 8, 4], [1, 1, 1, 1]) + [0], 3, .rank(expected: 3, found: 4)),
    ("short header", header([0, 0, 8, 3], [1, 1]), 12, .headerTruncated(expected: 16, found: 12)),
    ("no images", header([0, 0, 8, 3], [0, 28, 28]), 4, .empty(dimensions: [0, 28, 28])),
    ("no columns", header([0, 0, 8, 3], [5, 28, 0]), 12, .empty(dimensions: [5, 28, 0])),
    (
      "overflow", header([0, 0, 8, 3], [huge, huge, huge]), 4,
      .overflow(dimensions: [Int(huge), Int(huge), Int(huge)])
    ),
    (
      "short", header([0, 0, 8, 3], [2, 2, 2]) + [1, 2, 3], 19,
      .truncated(expected: 8, found: 3)
    ),
    (
      "announces far more than it has", header([0, 0, 8, 3], [60_000_000, 2800, 2800]) + [1], 17,
      .truncated(expected: 470_400_000_000_000, found: 1)
    ),
    ("long", header([0, 0, 8, 3], [1, 1, 1]) + [1, 2, 3], 17, .tooLong(expected: 1, found: 3)),
  ]

  /// The header announces 8 GiB.
  @Test func oversizedGzipHeaderIsRefused() throws {
    let folder = try TemporaryFolder()
    let bytes = Self.header([0, 0, 8, 3], [0x800_0008, 8, 8]) + [UInt8](repeating: 7, count: 640)
    try DurableFile.write(Gzip.deflate(bytes), to: folder("a.gz"))
    let expected = 0x800_0008 * 64
    #expect(
      throws: IDXFault(
        path: folder("a.gz"), offset: 656, problem: .truncated(expected: expected, found: 640))
    ) { try IDXImageReader(folder("a.gz")) }
  }

  @Test(arguments: faults)
  func eachFaultNamesItsByte(
    name: String, bytes: [UInt8], offset: Int, problem: IDXFault.Problem
  ) throws {
    let expected = IDXFault(path: "x\ny", offset: offset, problem: problem)
    #expect(throws: expected) { try IDXFile.images(bytes: bytes, path: "x\ny") }
    #expect(expected.exitCode == .badData)
    #expect(expected.description.hasPrefix("x\\ny: byte \(offset): "))
    guard name != "long" && !bytes.isEmpty else { return }
    #expect(throws: expected) {
      try IDXFile.images(bytes: Gzip.deflate(bytes), path: "x\ny")
    }
  }

  @Test func gzippedExcessStopsAtTheAnnouncedSize() throws {
    let bomb = Self.header([0, 0, 8, 3], [1, 1, 1]) + [UInt8](repeating: 0, count: 40_000_000)
    let expected = IDXFault(path: "x", offset: 17, problem: .tooLong(expected: 1, found: nil))
    #expect(throws: expected) { try IDXFile.images(bytes: Gzip.deflate(bomb), path: "x") }
  }

  @Test func brokenGzipIsNamed() throws {
    let bytes = Gzip.deflate(plain)
    #expect(throws: GzipFault.self) {
      try IDXFile.images(bytes: Array(bytes.dropLast(4)), path: "x")
    }
    var damaged = bytes
    damaged[bytes.count - 8] ^= 1
    #expect(throws: GzipFault.self) { try IDXFile.images(bytes: damaged, path: "x") }
  }

  @Test func imagesGivenAsLabelsAreTold() throws {
    let fault = #expect(throws: IDXFault.self) { try IDXFile.labels(bytes: plain, path: "x") }
    #expect(fault?.description.contains("these are images") == true)
  }

  @Test func countsHaveToAgree() throws {
    let images = try IDXFile.images(bytes: plain, path: "images")
    let labels = try IDXFile.labels(
      bytes: IDXFile.encode(sizes: [3], content: [1, 2, 3]), path: "labels")
    let fault = #expect(throws: IDXFault.self) {
      try IDXFile.requireSameCount(images, labels)
    }
    #expect(fault?.description == "labels: byte 4: 3 labels for the 2 images of images")
  }

  @Test func missingFileIsNoInput() throws {
    let fault = #expect(throws: FileFault.self) { try IDXFile.images("/nowhere/x") }
    #expect(fault?.exitCode == .noInput)
  }

  @Test func embeddedDigits() throws {
    let folder = "Data/mnist-5k"
    let images = try IDXFile.images(joinPath(folder, "train-images-idx3-ubyte.gz"))
    let labels = try IDXFile.labels(joinPath(folder, "train-labels-idx1-ubyte.gz"))
    #expect((images.count, images.height, images.width) == (4000, 28, 28))
    try IDXFile.requireSameCount(images, labels)
    #expect((0..<10).allSatisfy { digit in labels.labels.filter { $0 == digit }.count == 400 })
  }
}
