import Configuration
import Files
import Foundation
import Storage
import TestSupport
import Testing

/// HDF5 suites run one at a time: libhdf5 is one global state.
@Suite(.serialized) struct HDF5FileTests {
  @Test func everyElementRoundTrips() throws {
    let folder = try TemporaryFolder()
    let path = folder("a.h5")
    try HDF5File.writeAtomically(to: path) { file in
      try file.write("/numbers/u1", (0..<24).map { UInt8($0) }, shape: [2, 3, 4])
      try file.write("/numbers/i4", [Int32.min, 0, .max])
      try file.write("/numbers/i8", [Int64.min, 0, .max])
      try file.write(
        "/numbers/f4", [-Float.infinity, 1.5, .leastNonzeroMagnitude],
        layout: .chunked([2], gzip: 6, shuffle: true))
      try file.write("/numbers/f8", [Double.pi], shape: [])
      try file.write("/numbers/none", [Double](), layout: .chunked([7]))
      try file.write("/texts", strings: ["", "zwölf", "a\nb"])
    }
    let file = try HDF5File.open(path)
    #expect(try file.names(in: "/numbers") == ["f4", "f8", "i4", "i8", "none", "u1"])
    let bytes = try file.read("/numbers/u1", as: UInt8.self)
    #expect(bytes.values == (0..<24).map { UInt8($0) })
    #expect(bytes.shape == [2, 3, 4] as [Int])
    #expect(try file.read("/numbers/i4", as: Int32.self).values == [.min, 0, .max])
    #expect(try file.read("/numbers/i8", as: Int64.self).values == [.min, 0, .max])
    #expect(
      try file.read("/numbers/f4", as: Float.self).values
        == [-.infinity, 1.5, .leastNonzeroMagnitude])
    #expect(try file.read("/numbers/f8", as: Double.self).values == [.pi])
    #expect(try file.read("/numbers/f8", as: Double.self).shape.isEmpty)
    #expect(try file.read("/numbers/none", as: Double.self).values.isEmpty)
    #expect(try file.strings("/texts") == ["", "zwölf", "a\nb"])
    #expect(try file.contains("/numbers/i4") && !file.contains("/nothing/at/all"))
    try file.close()
  }

  @Test func attributesRoundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder("a.h5")
    let long = String(repeating: "é", count: 50_000)
    try HDF5File.writeAtomically(to: path) { file in
      try file.createGroup("/g")
      try file.setAttribute("/", "text", .string("grün"))
      try file.setAttribute("/", "long", .string(long))
      try file.setAttribute("/", "empty", .string(""))
      try file.setAttribute("/g", "integer", .integer(-7))
      try file.setAttribute("/g", "double", .double(0.1))
      try file.setAttribute("/g", "integers", .integers([1, 2, 3]))
      try file.setAttribute("/g", "doubles", .doubles([0.5]))
    }
    let file = try HDF5File.open(path)
    #expect(try file.string("/", "text") == "grün")
    #expect(try file.string("/", "long") == long, "over 64 KiB")
    #expect(try file.string("/", "empty") == "")
    #expect(try file.integer("/g", "integer") == -7)
    #expect(try file.double("/g", "double") == 0.1)
    #expect(try file.integers("/g", "integers") == [1, 2, 3])
    #expect(try file.attribute("/g", "doubles") == .doubles([0.5]))
    #expect(try !file.hasAttribute("/g", "none"))
    let fault = #expect(throws: StorageFault.self) { try file.integer("/", "text") }
    #expect(fault?.object == "/@text" && fault?.exitCode == .badData)
    try file.close()
  }

  @Test func rowsAreWrittenAndReadInBlocks() throws {
    let folder = try TemporaryFolder()
    let values = (0..<700).map { Int32($0) }
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      let dataset = try file.createDataset(
        "/x", of: Int32.self, shape: [100, 7], layout: .chunked([16, 7]))
      for first in stride(from: 0, to: 100, by: 30) {
        let last = min(100, first + 30)
        try dataset.writeRows(Array(values[(first * 7)..<(last * 7)]), from: first)
      }
    }
    let file = try HDF5File.open(folder("a.h5"))
    let dataset = try file.dataset("/x", of: Int32.self)
    #expect(try dataset.read() == values)
    #expect(try dataset.readRows(33..<35) == Array(values[(33 * 7)..<(35 * 7)]))
    #expect(try dataset.readRows(5..<5).isEmpty)
    #expect(throws: StorageFault.self) { try dataset.readRows(99..<101) }
  }

  @Test func sameContentSameBytes() throws {
    let folder = try TemporaryFolder()
    for name in ["a.h5", "b.h5"] {
      try HDF5File.writeAtomically(to: folder(name)) { file in
        try file.write(
          "/deep/down/x", [Float](repeating: 0.5, count: 5000),
          layout: .chunked([512], shuffle: true))
        try file.setAttribute("/deep", "name", .string("value"))
      }
      // HDF5 counts times in seconds.
      usleep(1_100_000)
    }
    #expect(try FileBytes.read(folder("a.h5")) == FileBytes.read(folder("b.h5")))
  }

  @Test(arguments: [1, 15, 16, 17, 33, 64])
  func parallelInflationEqualsTheLibrarys(rows: Int) throws {
    let folder = try TemporaryFolder()
    // Half of the chunks are noise, which deflate leaves as it is.
    let values = (0..<(rows * 100)).map { index in
      UInt8(truncatingIfNeeded: index / 1600 % 2 == 0 ? index / 9 : index &* 2_654_435_761 >> 13)
    }
    for (name, gzip, checksum) in [("a", 4, true), ("b", 0, true), ("c", 9, false)] {
      try HDF5File.writeAtomically(to: folder(name)) { file in
        try file.write(
          "/x", values, shape: [rows, 100],
          layout: .chunked([16, 100], gzip: gzip, checksum: checksum))
      }
      let dataset = try HDF5File.open(folder(name)).dataset("/x", of: UInt8.self)
      var read = [UInt8](repeating: 1, count: values.count)
      try read.withUnsafeMutableBytes { try dataset.readInflatingInParallel(into: $0) }
      #expect(read == values, "\(name)")
    }
  }

  @Test func virtualDatasetsSpanFiles() throws {
    let folder = try TemporaryFolder()
    for (name, base) in [("a.h5", 0), ("b.h5", 100)] {
      try HDF5File.writeAtomically(to: folder(name)) { file in
        try file.write("/x", (0..<6).map { Int32(base + $0) }, shape: [3, 2])
      }
    }
    try HDF5File.writeAtomically(to: folder("all.h5")) { file in
      try file.createVirtual(
        "/part/x", of: Int32.self, rowShape: [2],
        sources: ["a.h5", "b.h5"].map { VirtualSource(file: $0, dataset: "/x", rows: 3) })
    }
    let file = try HDF5File.open(folder("all.h5"))
    let dataset = try file.dataset("/part/x", of: Int32.self)
    #expect(dataset.shape == [6, 2] as [Int])
    #expect(try dataset.readRows(2..<4) == [4, 5, 100, 101])
  }

  @Test func wrongTypesAndNamesAreRefused() throws {
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("a.h5")) { try $0.write("/x", [1.0]) }
    let file = try HDF5File.open(folder("a.h5"))
    let fault = #expect(throws: StorageFault.self) { try file.read("/x", as: Float.self) }
    #expect(fault?.object == "/x" && fault?.exitCode == .badData)
    #expect(fault?.description.contains("\n") == false)
    #expect(throws: StorageFault.self) { try file.read("/y", as: Double.self) }
    #expect(throws: StorageFault.self) { try file.table("/x") }
    #expect(throws: StorageFault.self) { try file.attribute("/x", "none") }
    #expect(throws: FileFault.self) { try HDF5File.open(folder("none.h5")) }
    try DurableFile.write(text: "no HDF5 at all", to: folder("text.h5"))
    #expect(throws: StorageFault.self) { try HDF5File.open(folder("text.h5")) }
  }

  @Test func failedWriteLeavesTheOldFileAndNothingElse() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("a.h5")) { try $0.write("/x", [1.0]) }
    let before = try FileBytes.read(folder("a.h5"))
    #expect(throws: Stop.self) {
      try HDF5File.writeAtomically(to: folder("a.h5")) { file in
        try file.write("/x", [2.0])
        throw Stop()
      }
    }
    #expect(try FileBytes.read(folder("a.h5")) == before)
    #expect(try DurableFile.listTree(folder.path) == ["a.h5"])
  }
}
