import Configuration
import Files
import Foundation
import Storage
import Testing

/// Needs a small file system of its own: `mount -t tmpfs -o size=512k tmpfs /some/folder`, and
/// `TESSERA_TINY_DISK=/some/folder`.
@Suite(.serialized) struct FullDiskTests {
  static let disk = ProcessInfo.processInfo.environment["TESSERA_TINY_DISK"]

  /// Noise, so that no filter makes it fit.
  static let noise = (0..<300_000).map { index in
    var bits = UInt64(index) &* 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    return Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 27))
  }

  @Test(
    .enabled(if: disk != nil, "no $TESSERA_TINY_DISK"),
    arguments: [HDF5Layout.contiguous, .chunked([4096], gzip: 1), .chunked([100_000])])
  func hdf5SaysSoAndKeepsTheOldFile(layout: HDF5Layout) throws {
    let disk = try #require(Self.disk)
    let path = joinPath(disk, "a.h5")
    try HDF5File.writeAtomically(to: path) { try $0.write("/x", [1.0]) }
    let before = try FileBytes.read(path)
    let fault = #expect(throws: StorageFault.self) {
      try HDF5File.writeAtomically(to: path) { try $0.write("/x", Self.noise, layout: layout) }
    }
    #expect(fault?.exitCode == .inputOutput && fault?.path == path)
    #expect(try FileBytes.read(path) == before)
    #expect(try DurableFile.listTree(disk) == ["a.h5"])
    // The library works on after the failure.
    try HDF5File.writeAtomically(to: path) { try $0.write("/x", [2.0]) }
    #expect(try HDF5File.open(path).read("/x", as: Double.self).values == [2])
    try DurableFile.remove(path)
  }

  @Test(.enabled(if: disk != nil, "no $TESSERA_TINY_DISK"))
  func plainFilesSaySoToo() throws {
    let disk = try #require(Self.disk)
    let path = joinPath(disk, "plain")
    try DurableFile.write(text: "old", to: path)
    let fault = #expect(throws: FileFault.self) {
      try DurableFile.write([UInt8](repeating: 1, count: 1 << 20), to: path)
    }
    #expect(fault?.exitCode == .inputOutput && fault?.path == path)
    #expect(try FileBytes.read(path) == Array("old".utf8))
    #expect(try DurableFile.listTree(disk) == ["plain"])
    try DurableFile.remove(path)
  }
}
