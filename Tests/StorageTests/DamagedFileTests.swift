import Configuration
import Files
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct DamagedFileTests {
  /// Cut anywhere, a file is refused with a fault and not read as zeros.
  @Test func truncatedFilesAreRefused() throws {
    let folder = try TemporaryFolder()
    let values = (0..<2000).map { Float($0) }
    try HDF5File.writeAtomically(to: folder("a.h5")) { try $0.write("/x", values) }
    let bytes = try FileBytes.read(folder("a.h5"))
    for count in stride(from: 0, to: bytes.count, by: 97) {
      try DurableFile.write(Array(bytes[..<count]), to: folder("cut.h5"))
      let fault = #expect(throws: StorageFault.self, "\(count) of \(bytes.count) bytes") {
        try HDF5File.open(folder("cut.h5")).read("/x", as: Float.self)
      }
      #expect(fault?.exitCode == .badData)
      // The same words in every run: no address, no time.
      let words = fault?.description ?? ""
      #expect(!words.contains("0x") && !words.contains("time = "), "\(words)")
    }
  }

  /// A flipped bit in checksummed chunks is noticed by the library's own reading.
  @Test func flippedChunksAreRefused() throws {
    let folder = try TemporaryFolder()
    let values = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      try file.write("/x", values, layout: .chunked([4096], gzip: 0))
    }
    var bytes = try FileBytes.read(folder("a.h5"))
    let start = try #require(bytes.firstRange(of: values[100..<200])).lowerBound
    bytes[start] ^= 1
    try DurableFile.write(bytes, to: folder("flip.h5"))
    #expect(throws: StorageFault.self) {
      try HDF5File.open(folder("flip.h5"), checksDigest: false).read("/x", as: UInt8.self)
    }
  }
}
