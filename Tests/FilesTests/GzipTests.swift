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
