import CDeflate
import CZlib

/// The content of a file in a ZIP archive, stored or deflated, from its first byte to its last: it is never in memory as
/// a whole.
package final class ZipEntryReader {
  private let file: FileReader
  private let entry: ZipArchive.Entry
  /// Of the stored bytes that were not read yet.
  private var rest: Range<Int>
  private let start: Int
  /// Nil for an entry that is stored as it is.
  private let inflater: RawInflater?
  private var checksum: UInt32 = 0
  private var found = 0
  package var size: Int { entry.size }

  /// Reads the entry's own header, so that nothing is given memory that the file cannot hold.
  ///
  /// - Throws: `ZipFault` (65) for an encrypted entry, another compression than deflate, and sizes that the file
  ///   cannot have; `FileFault`.
  package init(_ entry: ZipArchive.Entry, of archive: ZipArchive) throws {
    self.entry = entry
    file = try FileReader(archive.path)
    try Self.requireReadable(entry, archive.path)
    start = try Self.contentOffset(of: entry, file, archive)
    guard entry.storedSize <= archive.directoryOffset - start else {
      throw ZipFault(
        path: archive.path, offset: start,
        reason: "entry \(entry.name.debugDescription): announces \(entry.storedSize) bytes, found "
          + "\(archive.directoryOffset - start) before the directory")
    }
    rest = start..<start + entry.storedSize
    inflater = entry.method == 0 ? nil : RawInflater()
  }

  private static func requireReadable(_ entry: ZipArchive.Entry, _ path: String) throws {
    func fault(_ reason: String) -> ZipFault {
      ZipFault(
        path: path, offset: entry.recordOffset,
        reason: "entry \(entry.name.debugDescription): \(reason)")
    }
    // Bits 0, 6 and 13: encrypted, strongly, with the directory.
    guard entry.flags & 0x2041 == 0 else { throw fault("encrypted, which is not read") }
    switch entry.method {
    case 0 where entry.size == entry.storedSize: break
    case 0:
      throw fault("stored as \(entry.storedSize) bytes, but announces \(entry.size)")
    case 8 where entry.size / Gzip.mostExpansion <= entry.storedSize: break
    case 8:
      throw fault(
        "announces \(entry.size) bytes, more than \(entry.storedSize) compressed bytes can hold")
    default:
      throw fault("compression method \(entry.method): expected stored (0) or deflated (8)")
    }
  }

  /// Where the content begins: behind the entry's own header, which has to name the same file.
  private static func contentOffset(
    of entry: ZipArchive.Entry, _ file: FileReader, _ archive: ZipArchive
  ) throws -> Int {
    let size = 30
    let room = archive.directoryOffset - size
    let head = LittleEndianBytes(
      entry.offset <= room ? try file.read(size, at: entry.offset) : [])
    guard head.count == size, head.has(signature: 0x0403_4B50, at: 0) else {
      throw ZipFault(
        path: file.path, offset: entry.recordOffset,
        reason: "entry \(entry.name.debugDescription): expected its header (50 4b 03 04) at byte "
          + "\(entry.offset)")
    }
    let nameSize = head[26, 2]
    let content = entry.offset + size + nameSize + head[28, 2]
    let name = LittleEndianBytes(try file.read(nameSize, at: entry.offset + size))
    guard content <= archive.directoryOffset, name.text(0..<name.count) == entry.name,
      head[8, 2] == Int(entry.method), head[6, 2] & 1 == 0
    else {
      throw ZipFault(
        path: file.path, offset: entry.offset,
        reason: "entry \(entry.name.debugDescription): its header is not that of the directory")
    }
    return content
  }

  private func fault(_ reason: String) -> ZipFault {
    ZipFault(
      path: file.path, offset: rest.lowerBound,
      reason: "entry \(entry.name.debugDescription): \(reason); fetch the file again")
  }

  /// Reads the next `output.count` bytes; with the last of the content it checks the CRC, and that nothing follows.
  ///
  /// - Throws: `ZipFault` (65) with the byte of the file.
  package func read(into output: UnsafeMutableRawBufferPointer) throws {
    precondition(found + output.count <= entry.size, "no more than the entry has")
    if let inflater {
      try inflate(inflater, into: output)
    } else {
      guard try file.read(into: output, at: rest.lowerBound) == output.count else {
        throw fault("the file became shorter while it was read")
      }
      rest = rest.lowerBound + output.count..<rest.upperBound
    }
    checksum = libdeflate_crc32(checksum, output.baseAddress, output.count)
    found += output.count
    if found == entry.size { try requireEnd() }
  }

  private func inflate(_ inflater: RawInflater, into output: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < output.count {
      try refill(inflater)
      let step = inflater.inflate(into: .init(rebasing: output[filled...]))
      filled += step.written
      rest = rest.lowerBound + step.taken..<rest.upperBound
      if let reason = step.damage { throw fault("corrupt data (\(reason))") }
      if filled < output.count, step.isEnd || step.written == 0 && step.taken == 0 {
        throw fault("its data ends early, at byte \(found + filled) of \(entry.size)")
      }
    }
  }

  private func refill(_ inflater: RawInflater) throws {
    guard inflater.isHungry, rest.lowerBound < rest.upperBound else { return }
    let input = try file.read(min(rest.count, 1 << 18), at: rest.lowerBound)
    guard !input.isEmpty else { throw fault("the file became shorter while it was read") }
    inflater.feed(input)
  }

  private func requireEnd() throws {
    if let inflater { try requireEnd(of: inflater) }
    guard rest.isEmpty else { throw fault("\(rest.count) bytes after the end of its data") }
    guard checksum == entry.checksum else {
      throw ZipFault(
        path: file.path, offset: start,
        reason: "entry \(entry.name.debugDescription): CRC \(Self.hex(checksum)), expected "
          + "\(Self.hex(entry.checksum)); fetch the file again")
    }
  }

  /// The stream's end may need one more call, with room for a byte that must not come.
  private func requireEnd(of inflater: RawInflater) throws {
    var surplus: [UInt8] = [0]
    while !inflater.isAtEnd {
      try refill(inflater)
      let step = surplus.withUnsafeMutableBytes { inflater.inflate(into: $0) }
      rest = rest.lowerBound + step.taken..<rest.upperBound
      guard step.written == 0 else { throw fault("inflates to more than \(entry.size) bytes") }
      guard step.damage == nil, step.isEnd || step.taken > 0 else {
        throw fault("its data has no end")
      }
    }
  }

  private static func hex(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

/// zlib on deflate data without a header, in pieces.
private final class RawInflater {
  struct Step {
    let taken: Int
    let written: Int
    let isEnd: Bool
    let damage: String?
  }

  /// At one address: zlib remembers it.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var input: [UInt8] = []
  private var next = 0
  private(set) var isAtEnd = false

  init() {
    stream.initialize(to: z_stream())
    let rawWindow: Int32 = -15
    precondition(tessera_inflate_init(stream, rawWindow) == Z_OK)
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Whether all of the input was taken.
  var isHungry: Bool { next == input.count }

  func feed(_ bytes: [UInt8]) {
    precondition(isHungry, "the earlier input was taken")
    input = bytes
    next = 0
  }

  /// One call of zlib.
  func inflate(into output: UnsafeMutableRawBufferPointer) -> Step {
    if isAtEnd { return Step(taken: 0, written: 0, isEnd: true, damage: nil) }
    // zlib counts output in 32 bits.
    let room = min(output.count, 1 << 30)
    let given = input.count - next
    let status = input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress.map { $0 + next }
      stream.pointee.avail_in = uInt(given)
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = uInt(room)
      return CZlib.inflate(stream, Z_NO_FLUSH)
    }
    let taken = given - Int(stream.pointee.avail_in)
    next += taken
    isAtEnd = status == Z_STREAM_END
    let isSound = [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status)
    return Step(
      taken: taken, written: room - Int(stream.pointee.avail_out), isEnd: isAtEnd,
      damage: isSound ? nil : stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)")
  }
}
