import Configuration
import Files
import TestSupport
import Testing

struct ZipArchiveTests {
  private let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }

  /// The whole content of the only entry, in pieces.
  private func read(_ bytes: [UInt8], step: Int = 70_001) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try DurableFile.write(bytes, to: folder("a.zip"))
    let archive = try ZipArchive(folder("a.zip"))
    let reader = try ZipEntryReader(try #require(archive.entries.first), of: archive)
    var output = [UInt8](repeating: 0, count: reader.size)
    for start in stride(from: 0, to: output.count, by: step) {
      let end = min(start + step, output.count)
      try output.withUnsafeMutableBytes { try reader.read(into: .init(rebasing: $0[start..<end])) }
    }
    return output
  }

  private func refusal(_ fixture: ZipFixture) throws -> String {
    let fault = #expect(throws: ZipFault.self) { try read(fixture.bytes) }
    #expect(fault?.exitCode == .badData)
    let text = fault?.description ?? ""
    #expect(text.contains("a.zip: byte "), "\(text)")
    return text
  }

  @Test(arguments: [0, 8] as [UInt16], [false, true])
  func storedAndDeflated(method: UInt16, isLarge: Bool) throws {
    var fixture = ZipFixture(content, method: method)
    fixture.isLarge = isLarge
    // Ends as the record itself begins.
    fixture.comment = [0x50, 0x4B, 5, 6, 1]
    for step in [1_000, 70_001, 1 << 20] {
      #expect(try read(fixture.bytes, step: step) == content)
    }
    #expect((fixture.stored.count < content.count) == (method == 8))
  }

  @Test(arguments: [0, 8] as [UInt16]) func aWrongSum(method: UInt16) throws {
    var fixture = ZipFixture(content, method: method)
    fixture.checksum = [1, 2, 3, 4]
    #expect(try refusal(fixture).contains("expected 04030201"))
  }

  @Test func whatIsNotRead() throws {
    var fixture = ZipFixture(content)
    for flags in [1, 0x41, 0x2000] as [UInt16] {
      fixture.flags = flags
      #expect(try refusal(fixture).contains("encrypted, which is not read"))
    }
    fixture.flags = 0
    fixture.method = 12
    #expect(try refusal(fixture).contains("compression method 12: expected stored"))
    fixture.method = 0
    fixture.copies = 2
    #expect(try refusal(fixture).contains("a second entry"))
  }

  /// Of sizes that cannot be nothing is allocated: these are of terabytes.
  @Test(arguments: [0, 8] as [UInt16], [1 << 42, Int.max, 1 << 31])
  func announcedSizes(method: UInt16, size: Int) throws {
    var fixture = ZipFixture(content, method: method)
    fixture.isLarge = true
    fixture.size = size
    #expect(try refusal(fixture).contains("announces \(size)"))
    fixture.storedSize = size
    #expect(try refusal(fixture).contains("announces \(size) bytes, found "))
  }

  @Test func aStreamOfAnotherLength() throws {
    var fixture = ZipFixture(content, method: 8)
    fixture.size = content.count - 1
    #expect(try refusal(fixture).contains("inflates to more than 199999 bytes"))
    fixture.size = content.count + 1
    #expect(try refusal(fixture).contains("ends early, at byte 200000 of 200001"))
    fixture.size = nil
    fixture.surplus = [0]
    fixture.storedSize = fixture.stored.count + 1
    #expect(try refusal(fixture).contains("1 bytes after the end of its data"))
    fixture.storedSize = fixture.stored.count - 1
    #expect(throws: ZipFault.self) { try read(fixture.bytes) }
  }

  @Test func placesOutsideTheFile() throws {
    var fixture = ZipFixture(content)
    for offset in [1, 150_000, 1 << 30] {
      fixture.headerOffset = offset
      #expect(try refusal(fixture).contains("expected its header"))
    }
    fixture.isLarge = true
    fixture.headerOffset = Int.max
    #expect(try refusal(fixture).contains("expected its header"))
  }

  /// Cut at any byte, or with any byte of its records changed: an error or the right content, never anything else.
  @Test(arguments: [false, true]) func damage(isLarge: Bool) throws {
    var fixture = ZipFixture(Array(content.prefix(300)), method: 8)
    fixture.isLarge = isLarge
    let bytes = fixture.bytes
    for count in 0..<bytes.count {
      #expect(throws: ZipFault.self, "\(count)") { try read(Array(bytes.prefix(count))) }
    }
    var accepted = 0
    for place in bytes.indices {
      for bit in [1, 0x80] as [UInt8] {
        var damaged = bytes
        damaged[place] ^= bit
        do {
          let found = try read(damaged)
          #expect(found == fixture.content, "byte \(place)")
          accepted += 1
        } catch is ZipFault {}
      }
    }
    // Dates, versions, attributes and the local header's copies of sizes.
    #expect(accepted < bytes.count)
  }
}
