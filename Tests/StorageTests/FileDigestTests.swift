import Configuration
import Files
import Foundation
import Storage
import TestSupport
import Testing

/// Every file carries a digest of its content, so that a damaged one is never believed.
@Suite(.serialized) struct FileDigestTests {
  /// Of every kind of object, attribute and value that files of ours have.
  private func write(_ path: String, layout: HDF5Layout = .contiguous) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.setAttribute("/", "format", .string("a test's"))
      try file.setAttribute("/", "version", .integer(3))
      try file.write("/group/weights", (0..<600).map { Float($0) / 7 }, layout: layout)
      try file.setAttribute("/group", "sizes", .integers([4, 5, 6]))
      try file.write("/group/places", (0..<12).map { Int32($0) }, shape: [4, 3])
      try file.setAttribute("/group/places", "scale", .double(0.25))
      try file.write("/names", strings: ["one", "zwei", "trois"])
      try file.write(
        "/curve",
        table: Table(
          title: "curve",
          columns: [
            TableColumn("epoch", .integers([1, 2])),
            TableColumn("loss", unit: "nats", .doubles([0.5, 0.25])),
            TableColumn("note", .strings(["first", "last"])),
          ]))
    }
  }

  /// All that a reader of ours can learn of such a file.
  private func content(_ file: HDF5File) throws -> [String] {
    [
      "\(try file.names(in: "/"))", "\(try file.names(in: "/group"))",
      "\(try file.string("/", "format"))", "\(try file.integer("/", "version"))",
      "\(try file.read("/group/weights", as: Float.self))",
      "\(try file.integers("/group", "sizes"))",
      "\(try file.read("/group/places", as: Int32.self))",
      "\(try file.double("/group/places", "scale"))", "\(try file.strings("/names"))",
      "\(try file.table("/curve"))",
    ]
  }

  /// By hand, from what is said of the listing.
  @Test func theDigestIsOfTheListing() throws {
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      try file.write("/b/x", [1, -2] as [Float])
      try file.setAttribute("/b/x", "unit", .string("nats"))
      try file.setAttribute("/", "n", .integer(258))
      try file.write("/levels", [7, 8, 9] as [UInt8], shape: [1, 3])
    }
    let listing: [UInt8] =
      Array("attribute\0/\0n\0\0\0i8\n".utf8) + [2, 1, 0, 0, 0, 0, 0, 0]
      + Array("group\0/b\0\0\n".utf8)
      + Array("dataset\0/b/x\0\02\0\0f4\n".utf8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
      + Array("attribute\0/b/x\0unit\0\0\0S5\nnats\0".utf8)
      + Array("dataset\0/levels\0\01 3\0\0u1\n".utf8)
    let file = try HDF5File.open(folder("a.h5"))
    #expect(try file.string("/", "digest") == "tessera-sha256:" + SHA256.hex(of: listing))
  }

  @Test func theLayoutChangesNoDigest() throws {
    let folder = try TemporaryFolder()
    try write(folder("a.h5"))
    try write(folder("b.h5"), layout: .chunked([50], shuffle: true))
    #expect(try FileBytes.read(folder("a.h5")) != FileBytes.read(folder("b.h5")))
    let digests = try ["a.h5", "b.h5"].map {
      try HDF5File.open(folder($0)).string("/", "digest")
    }
    #expect(digests[0] == digests[1])
  }

  /// A file that no digest was written to is read as ever.
  @Test func anOlderFileIsRead() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    try file.write("/x", [1, 2] as [Float])
    try file.close()
    let read = try HDF5File.open(folder("a.h5"))
    #expect(try !read.hasDigest())
    #expect(try read.read("/x", as: Float.self).values == [1, 2])
  }

  /// One bit anywhere, also where nothing of the content lies, and in the line behind the end.
  @Test func everyFlippedBitIsFound() throws {
    let folder = try TemporaryFolder()
    try write(folder("a.h5"))
    let bytes = try FileBytes.read(folder("a.h5"))
    var generator = Flips(seed: 5)
    let inside = (0..<150).map { _ in generator.next(below: 8 * bytes.count) }
    let behind = (0..<8 * ByteTrailer.size).map { 8 * (bytes.count - ByteTrailer.size) + $0 }
    for place in inside + behind {
      var damaged = bytes
      damaged[place / 8] ^= 1 << UInt8(place % 8)
      try DurableFile.write(damaged, to: folder("b.h5"))
      let fault = #expect(throws: StorageFault.self, "bit \(place)") {
        try HDF5File.open(folder("b.h5"))
      }
      #expect(fault?.exitCode == .badData, "bit \(place)")
    }
  }

  /// A file that is cut anywhere behind its end is no file that another program wrote again.
  @Test func truncatedTrailerIsDetected() throws {
    let folder = try TemporaryFolder()
    try write(folder("a.h5"))
    let bytes = try FileBytes.read(folder("a.h5"))
    for count in 1..<ByteTrailer.size {
      try DurableFile.write(Array(bytes.dropLast(count)), to: folder("b.h5"))
      #expect(throws: StorageFault.self, "\(count)") { try HDF5File.open(folder("b.h5")) }
    }
  }

  /// What another program wrote again has no line behind its end: one bit anywhere is found, or nothing that is read
  /// changes.
  @Test func aFlippedBitIsFoundOrWithoutEffectWithoutTrailer() throws {
    let folder = try TemporaryFolder()
    try write(folder("a.h5"))
    let bytes = Array(try FileBytes.read(folder("a.h5")).dropLast(ByteTrailer.size))
    try DurableFile.write(bytes, to: folder("a.h5"))
    func read(_ name: String) throws -> HDF5File {
      try ForeignFile(folder(name), program: ForeignFileTests.tessera).content()
    }
    let whole = try content(read("a.h5"))
    #expect(try content(HDF5File.open(folder("a.h5"))) == whole)
    var generator = Flips(seed: 3)
    var found = 0
    for _ in 0..<50 {
      let place = generator.next(below: 8 * bytes.count)
      var damaged = bytes
      damaged[place / 8] ^= 1 << UInt8(place % 8)
      try DurableFile.write(damaged, to: folder("b.h5"))
      do {
        #expect(try content(read("b.h5")) == whole, "bit \(place)")
      } catch let fault as any Fault {
        found += 1
        #expect(fault.exitCode == .badData, "bit \(place): \(fault)")
      }
    }
    // Of a file with 2,400 bytes of weights a good part.
    #expect(found > 10, "\(found) of 50 found")
  }

  /// Numbers for the places of damage, the same in every run.
  private struct Flips {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }
}
