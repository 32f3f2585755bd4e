import Files

/// A ZIP archive of one entry, written by hand, whose fields a test may falsify.
struct ZipFixture {
  var name = "a.npy"
  var content: [UInt8]
  var method: UInt16 = 0
  var flags: UInt16 = 0
  /// What the archive says; nil for the truth.
  var size: Int?
  var storedSize: Int?
  var checksum: [UInt8]?
  var headerOffset: Int?
  /// Whether sizes and offsets are in records of 64 bits.
  var isLarge = false
  /// Bytes between the content and the directory.
  var surplus: [UInt8] = []
  var comment: [UInt8] = []
  var copies = 1

  init(_ content: [UInt8], method: UInt16 = 0) {
    self.content = content
    self.method = method
  }

  /// As they lie in the file: of a zlib stream what is between its head and its sum is bare deflate data.
  var stored: [UInt8] {
    guard method == 8 else { return content }
    let stream = content.withUnsafeBytes { Zlib.deflate($0, level: 6) }
    return Array(stream[2..<stream.count - 4])
  }

  /// gzip's trailer begins with the same sum.
  private var crc: [UInt8] { checksum ?? Array(Gzip.deflate(content).suffix(8).prefix(4)) }

  static func little(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private func record(_ signature: [UInt8], ofDirectory: Bool) -> [UInt8] {
    let (size, storedSize) = (size ?? content.count, storedSize ?? stored.count)
    var bytes = signature + (ofDirectory ? [45, 0] : []) + [45, 0]
    bytes += Self.little(Int(flags), 2) + Self.little(Int(method), 2) + [0, 0, 0x21, 0] + crc
    let small = Self.little(0xFFFF_FFFF, 4)
    bytes += isLarge ? small + small : Self.little(storedSize, 4) + Self.little(size, 4)
    let offset = headerOffset ?? 0
    let sizes = Self.little(size, 8) + Self.little(storedSize, 8)
    let wide = isLarge ? sizes + (ofDirectory ? Self.little(offset, 8) : []) : []
    let extra = isLarge ? [1, 0] + Self.little(wide.count, 2) + wide : []
    bytes += Self.little(name.utf8.count, 2) + Self.little(extra.count, 2)
    if ofDirectory {
      bytes += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + (isLarge ? small : Self.little(offset, 4))
    }
    return bytes + Array(name.utf8) + extra
  }

  var bytes: [UInt8] {
    var bytes = record([0x50, 0x4B, 3, 4], ofDirectory: false) + stored + surplus
    let start = bytes.count
    for _ in 0..<copies { bytes += record([0x50, 0x4B, 1, 2], ofDirectory: true) }
    let size = bytes.count - start
    if isLarge {
      let record = bytes.count
      bytes += [0x50, 0x4B, 6, 6] + Self.little(44, 8) + [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      bytes += Self.little(copies, 8) + Self.little(copies, 8)
      bytes += Self.little(size, 8) + Self.little(start, 8)
      bytes += [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + Self.little(record, 8) + [1, 0, 0, 0]
    }
    bytes += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    let few = isLarge ? Self.little(0xFFFF, 2) : Self.little(copies, 2)
    let small = Self.little(0xFFFF_FFFF, 4)
    bytes += few + few
    bytes += isLarge ? small + small : Self.little(size, 4) + Self.little(start, 4)
    return bytes + Self.little(comment.count, 2) + comment
  }
}
