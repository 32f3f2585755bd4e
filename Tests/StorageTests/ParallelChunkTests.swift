import Configuration
import Files
import Storage
import TestSupport
import Testing

/// Chunks filtered here against chunks filtered by libhdf5, which checks their sums.
@Suite(.serialized) struct ParallelChunkTests {
  /// 23 rows: chunks of 4 leave a padded one; the noise can't be compressed, the rest can.
  static let rows = 23
  static let content: [[UInt8]] = [7, 501].flatMap { width in
    var state = UInt64(7)
    let noise = (0..<rows * width).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    return [noise, (0..<rows * width).map { UInt8($0 % width % 251 / 3) }]
  }

  func write(
    _ values: [UInt8], gzip: Int, chunk: Int = 4, inParallel: Bool, to path: String
  ) throws {
    let width = values.count / Self.rows
    try HDF5File.writeAtomically(to: path) { file in
      let dataset = try file.createDataset(
        "/x", of: UInt8.self, shape: [Self.rows, width],
        layout: .chunked([chunk, width], gzip: gzip))
      guard inParallel else { return try dataset.writeRows(values, from: 0) }
      // In two goes: whole chunks first, then the rest.
      for rows in [0..<(2 * chunk), (2 * chunk)..<Self.rows] {
        try dataset.writeRowsInParallel(rows) { rows, place in
          place.copyBytes(from: values[rows.lowerBound * width..<rows.upperBound * width])
        }
      }
    }
  }

  @Test(arguments: content.indices, [0, 1, 4, 9])
  func librarysReadingAgrees(index: Int, gzip: Int) throws {
    let folder = try TemporaryFolder()
    let values = Self.content[index]
    for inParallel in [false, true] {
      try write(values, gzip: gzip, inParallel: inParallel, to: folder("a.h5"))
      let dataset = try HDF5File.open(folder("a.h5")).dataset("/x", of: UInt8.self)
      let width = values.count / Self.rows
      #expect(try dataset.read() == values)
      for first in 0..<Self.rows {
        for last in first...Self.rows {
          let rows = try dataset.readRowsInParallel(first..<last)
          #expect(rows == Array(values[first * width..<last * width]))
        }
      }
      var whole = [UInt8](repeating: 0, count: values.count)
      try whole.withUnsafeMutableBytes { try dataset.readInflatingInParallel(into: $0) }
      #expect(whole == values)
    }
  }

  @Test func sameContentGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    for name in ["a.h5", "b.h5"] {
      try write(Self.content[3], gzip: 4, inParallel: true, to: folder(name))
    }
    #expect(try FileBytes.read(folder("a.h5")) == FileBytes.read(folder("b.h5")))
  }

  /// More chunks than are deflated at once, as they are from data of some size.
  @Test func manyChunks() throws {
    let folder = try TemporaryFolder()
    let values = (0..<1000).map { UInt8($0 % 7) }
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      let dataset = try file.createDataset(
        "/x", of: UInt8.self, shape: [200, 5], layout: .chunked([1, 5], gzip: 1))
      try dataset.writeRowsInParallel(0..<200) { rows, place in
        place.copyBytes(from: values[rows.lowerBound * 5..<rows.upperBound * 5])
      }
    }
    let file = try HDF5File.open(folder("a.h5"))
    #expect(try file.read("/x", as: UInt8.self).values == values)
    #expect(try file.dataset("/x", of: UInt8.self).readRowsInParallel(0..<200) == values)
  }

  /// Any flipped byte of a chunk is refused, and with libhdf5's words.
  @Test func damagedChunksAreRefused() throws {
    let folder = try TemporaryFolder()
    try write(Self.content[2], gzip: 0, inParallel: true, to: folder("a.h5"))
    var bytes = try FileBytes.read(folder("a.h5"))
    let start = try #require(bytes.firstRange(of: Self.content[2][3000..<3100])).lowerBound
    bytes[start] ^= 1
    try DurableFile.write(bytes, to: folder("flip.h5"))
    let flipped = try HDF5File.open(folder("flip.h5"), checksDigest: false)
    let dataset = try flipped.dataset("/x", of: UInt8.self)
    let expected = #expect(throws: StorageFault.self) { try dataset.read() }
    let found = #expect(throws: StorageFault.self) {
      try dataset.readRowsInParallel(0..<Self.rows)
    }
    #expect(found == expected)
    #expect(found?.exitCode == .badData)
    // Rows of other chunks are sound.
    #expect(try dataset.readRowsInParallel(8..<12) == Array(Self.content[2][8 * 501..<12 * 501]))
  }

  @Test func otherLayoutsAreReadByTheLibrary() throws {
    let folder = try TemporaryFolder()
    let values = Self.content[1]
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      try file.write("/x", values, shape: [Self.rows, 7])
      try file.write(
        "/y", values, shape: [Self.rows, 7], layout: .chunked([4, 3], gzip: 4))
    }
    let file = try HDF5File.open(folder("a.h5"))
    for name in ["/x", "/y"] {
      let dataset = try file.dataset(name, of: UInt8.self)
      #expect(try dataset.readRowsInParallel(2..<9) == Array(values[14..<63]))
      #expect(throws: StorageFault.self) { try dataset.readRowsInParallel(0..<99) }
    }
  }
}
