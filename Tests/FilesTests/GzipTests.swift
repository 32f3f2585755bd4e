import Configuration
import Files
import Testing

@Suite struct GzipTests {
  let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  func inflate(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
    try bytes.withUnsafeBytes { try Gzip.inflate($0, path: "x.gz", limit: limit) }
  }

  @Test func roundTrip() throws {
    #expect(try inflate(Gzip.deflate(content)) == content)
    #expect(try inflate(Gzip.deflate([])) == [])
    #expect(Gzip.deflate(content) == Gzip.deflate(content))
  }

  @Test func allMembersAreRead() throws {
    let parts = Gzip.deflate(Array(content[..<1000])) + Gzip.deflate(Array(content[1000...]))
    #expect(try inflate(parts) == content)
  }

  /// A header may have a name (8), a comment (16), extra bytes (4), and a CRC of itself (2).
  @Test func headersOfAnyKindAreRead() throws {
    let plain = Gzip.deflate(content)
    func file(_ flags: UInt8, _ fields: [UInt8]) -> [UInt8] {
      plain[..<3] + [flags] + plain[4..<10] + fields + plain[10...]
    }
    #expect(try inflate(file(8, Array("x".utf8) + [0])) == content)
    #expect(try inflate(file(16, Array("words".utf8) + [0])) == content)
    #expect(try inflate(file(4, [3, 0, 1, 2, 3])) == content)
    #expect(throws: GzipFault.self) { try inflate(file(2, [0, 0])) }
  }

  /// What the trailer announces is not believed before it is inflated.
  @Test func announcedSizesAreChecked() throws {
    let bytes = Gzip.deflate(content)
    for size in [0, 1, content.count - 1, content.count + 1, 1 << 31] {
      let announced = [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: size >> $0) }
      #expect(throws: GzipFault.self, "\(size)") {
        try inflate(Array(bytes.dropLast(4)) + announced, limit: .max)
      }
    }
  }

  @Test func prefixStopsEarly() throws {
    // The damage lies behind what is read.
    let bytes = Gzip.deflate(content).dropLast(1000)
    let prefix = try Array(bytes).withUnsafeBytes {
      try Gzip.inflatePrefix($0, path: "x.gz", count: 16)
    }
    #expect(prefix == Array(content[..<16]))
  }

  @Test func limitIsExact() throws {
    let bytes = Gzip.deflate(content)
    #expect(try inflate(bytes, limit: content.count) == content)
    #expect(throws: GzipFault.tooLarge(path: "x.gz", offset: bytes.count, limit: 299_999)) {
      try inflate(bytes, limit: content.count - 1)
    }
  }

  @Test func bombStopsAtTheLimit() throws {
    let bomb = Gzip.deflate([UInt8](repeating: 0, count: 50_000_000))
    #expect(bomb.count < 60_000)
    #expect(throws: GzipFault.self) { try inflate(bomb, limit: 1000) }
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = Gzip.deflate(Array(content[..<500]))
    for count in 0..<bytes.count {
      #expect(throws: GzipFault.self, "\(count) of \(bytes.count) bytes") {
        try inflate(Array(bytes[..<count]))
      }
    }
  }

  @Test func damageIsRefused() throws {
    let bytes = Gzip.deflate(content)
    var wrongSum = bytes
    wrongSum[bytes.count - 8] ^= 1
    var wrongLength = bytes
    wrongLength[bytes.count - 1] ^= 1
    var wrongMethod = bytes
    wrongMethod[2] = 7
    for damaged in [wrongSum, wrongLength, wrongMethod] {
      let fault = #expect(throws: GzipFault.self) { try inflate(damaged) }
      #expect(fault?.exitCode == .badData)
      guard case .corrupt = fault else {
        Issue.record("\(String(describing: fault))")
        continue
      }
    }
    #expect(throws: GzipFault.trailingBytes(path: "x.gz", offset: bytes.count, count: 3)) {
      try inflate(bytes + [0, 1, 2])
    }
    #expect(throws: GzipFault.notGzip(path: "x.gz")) { try inflate([1, 2, 3]) }
  }
}
