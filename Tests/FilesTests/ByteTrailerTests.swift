import Files
import TestSupport
import Testing

@Suite struct ByteTrailerTests {
  private func write(_ bytes: [UInt8], to path: String) throws {
    try DurableFile.write(bytes, to: path)
    let sha256 = try ByteTrailer.append(to: path)
    #expect(try sha256 == SHA256.hex(ofFile: path))
  }

  @Test(arguments: [0, 1, 86, 87, 300_000])
  func allBytesAreCompared(count: Int) throws {
    let folder = try TemporaryFolder()
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try write(content, to: folder("a"))
    let bytes = try FileBytes.read(folder("a"))
    #expect(bytes.count == count + ByteTrailer.size)
    let line = "\ntessera-bytes-sha256:\(SHA256.hex(of: content))\n"
    #expect(Array(bytes.suffix(ByteTrailer.size)) == Array(line.utf8))
    #expect(try ByteTrailer.state(of: folder("a")) == .right)
    guard count > 0 else { return }
    var damaged = bytes
    damaged[count / 2] ^= 1
    try DurableFile.write(damaged, to: folder("a"))
    #expect(
      try ByteTrailer.state(of: folder("a"))
        == .wrong(
          expected: SHA256.hex(of: content), found: SHA256.hex(of: Array(damaged.prefix(count)))))
    // More than the limit is not read.
    #expect(try ByteTrailer.state(of: folder("a"), upTo: count - 1) == .right)
    #expect(try ByteTrailer.state(of: folder("a"), upTo: count) != .right)
  }

  @Test func filesWithoutTrailer() throws {
    let folder = try TemporaryFolder()
    for count in [0, 86, 87, 500] {
      try DurableFile.write([UInt8](repeating: 10, count: count), to: folder("a"))
      #expect(try ByteTrailer.state(of: folder("a")) == .absent)
    }
    #expect(throws: FileFault.self) { try ByteTrailer.state(of: folder("nothing")) }
  }
}
