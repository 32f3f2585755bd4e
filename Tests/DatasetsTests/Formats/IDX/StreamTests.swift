import Configuration
import Datasets
import Files
import TestSupport
import Testing

/// Files that are read in pieces: the same bytes and the same faults as at once.
@Suite struct StreamTests {
  private let content = tellingPixels(count: 40, pixels: 15)
  private var bytes: [UInt8] { IDXFile.encode(sizes: [40, 3, 5], content: content) }

  private func readAll(_ path: String, piece: Int, largestWhole: Int) throws -> [UInt8] {
    let reader = try IDXImageReader(path, largestWhole: largestWhole)
    #expect([reader.count, reader.height, reader.width] == [40, 3, 5])
    var all: [UInt8] = []
    while all.count < 600 {
      var block = [UInt8](repeating: 0, count: min(piece, 600 - all.count))
      try block.withUnsafeMutableBytes { try reader.read(into: $0) }
      all += block
    }
    return all
  }

  private var forms: [[UInt8]] {
    [
      bytes, Gzip.deflate(bytes),
      Gzip.deflate(Array(bytes.prefix(9))) + Gzip.deflate(Array(bytes.dropFirst(9).prefix(300)))
        + Gzip.deflate(Array(bytes.dropFirst(309))),
    ]
  }

  @Test(arguments: [0, 1 << 20], [1, 15, 97, 600])
  func everyFormInEveryPiece(largestWhole: Int, piece: Int) throws {
    let folder = try TemporaryFolder()
    for (number, form) in forms.enumerated() {
      try DurableFile.write(form, to: folder("x"))
      #expect(
        try readAll(folder("x"), piece: piece, largestWhole: largestWhole) == content,
        "form \(number)")
    }
  }

  /// Cut anywhere, longer, or with a wrong checksum: refused, as a stream too.
  @Test(arguments: [0, 1 << 20])
  func damageIsTold(largestWhole: Int) throws {
    let folder = try TemporaryFolder()
    for (number, form) in forms.enumerated() {
      let damaged: [[UInt8]] =
        (0..<form.count).filter { $0 % 7 == 0 }.map { Array(form.prefix($0)) }
        + [Array(form.dropLast()), form + [0], form + [1, 2, 3]]
      for (place, bytes) in damaged.enumerated() {
        try DurableFile.write(bytes, to: folder("x"))
        let fault =
          #expect(throws: (any Error).self, "form \(number), damage \(place)") {
            try readAll(folder("x"), piece: 100, largestWhole: largestWhole)
          } as? any Fault
        #expect(fault?.exitCode == .badData)
      }
    }
    var flipped = Gzip.deflate(bytes)
    flipped[flipped.count - 6] ^= 1
    try DurableFile.write(flipped, to: folder("x"))
    #expect(throws: GzipFault.self) {
      try readAll(folder("x"), piece: 100, largestWhole: largestWhole)
    }
    let more = IDXFile.encode(sizes: [40, 3, 5], content: content + [1])
    for form in [more, Gzip.deflate(more)] {
      try DurableFile.write(form, to: folder("x"))
      #expect(throws: IDXFault.self) {
        try readAll(folder("x"), piece: 100, largestWhole: largestWhole)
      }
    }
  }
}
