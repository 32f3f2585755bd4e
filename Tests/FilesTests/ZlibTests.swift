import Files
import Testing

@Suite struct ZlibTests {
  let content = (0..<300_001).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  func inflate(_ bytes: [UInt8], size: Int) -> [UInt8]? {
    var output = [UInt8](repeating: 0xee, count: size)
    let isGood = bytes.withUnsafeBytes { bytes in
      output.withUnsafeMutableBytes { Zlib.inflate(bytes, into: $0) }
    }
    return isGood ? output : nil
  }

  func deflate(_ bytes: [UInt8], level: Int) -> [UInt8] {
    bytes.withUnsafeBytes { Zlib.deflate($0, level: level) }
  }

  @Test(arguments: 1...9) func roundTrip(level: Int) {
    for size in [0, 1, 2, 719, 65_536, content.count] {
      let own = Array(content[..<size])
      let stream = deflate(own, level: level)
      #expect(inflate(stream, size: size) == own)
      #expect(stream == deflate(own, level: level))
    }
    #expect(deflate(content, level: level).count < content.count)
  }

  /// RFC 1950's sum.
  func adler32(_ bytes: [UInt8]) -> UInt32 {
    let sums = bytes.reduce((low: UInt32(1), high: UInt32(0))) { sums, byte in
      let low = (sums.low + UInt32(byte)) % 65521
      return (low, (sums.high + low) % 65521)
    }
    return sums.high << 16 | sums.low
  }

  /// zlib's own deflating, out of its gzip clothes (ten bytes before, eight behind).
  @Test func streamsOfZlibAreRead() {
    let sum = adler32(content)
    let stream =
      [0x78, 0x9c] + Gzip.deflate(content).dropFirst(10).dropLast(8)
      + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    #expect(inflate(stream, size: content.count) == content)
  }

  /// The stream that reads a gzip file's start is zlib's.
  @Test func zlibReadsOurStreams() throws {
    let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    for level in [1, 4, 9] {
      let file = header + deflate(content, level: level).dropFirst(2).dropLast(4)
      let prefix = try file.withUnsafeBytes {
        try Gzip.inflatePrefix($0, path: "x.gz", count: content.count)
      }
      #expect(prefix == content)
    }
  }

  @Test func damageIsRefused() {
    let stream = deflate(content, level: 4)
    #expect(inflate(stream, size: content.count - 1) == nil)
    #expect(inflate(stream, size: content.count + 1) == nil)
    #expect(inflate([], size: 5) == nil)
    for count in stride(from: 1, to: stream.count, by: 997) {
      #expect(inflate(Array(stream[..<count]), size: content.count) == nil)
    }
    // The sum tells of any change, the stream's own structure of some.
    for position in stride(from: 0, to: stream.count, by: 499) {
      var changed = stream
      changed[position] ^= 0x55
      #expect(inflate(changed, size: content.count) == nil, "byte \(position)")
    }
  }
}
