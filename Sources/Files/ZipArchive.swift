import Configuration

/// A ZIP archive that is none, is damaged, or has what is not read. Offsets count bytes from the file's start.
package struct ZipFault: Fault, Equatable {
  let path: String
  let offset: Int
  let reason: String

  package var exitCode: ExitCode { .badData }
  package var description: String {
    "\(path.printable): byte \(offset): \(reason.printable)"
  }
}

/// The directory of a ZIP archive (APPNOTE.TXT of PKWARE; ZIP64 included) of one file without bytes before it.
package struct ZipArchive: Sendable {
  /// A file of the archive, as the directory describes it.
  package struct Entry: Sendable {
    package let name: String
    /// Bytes of its content, and as they are stored.
    package let size: Int
    let storedSize: Int
    let flags: UInt16
    let method: UInt16
    let checksum: UInt32
    /// Of its own header in the file.
    let offset: Int
    /// Of its record in the directory.
    let recordOffset: Int
  }

  package let path: String
  package let entries: [Entry]
  /// Where the directory begins, and thus the files end.
  let directoryOffset: Int

  /// Whether a file begins with one of ZIP's signatures. Throws `FileFault`.
  package static func isZip(_ path: String) throws -> Bool {
    let start = try FileBytes.prefix(path, count: 4)
    return start == [0x50, 0x4B, 3, 4] || start == [0x50, 0x4B, 5, 6]
  }

  /// Reads the directory. Throws `ZipFault` (65), `FileFault`.
  package init(_ path: String) throws {
    self.path = path
    let file = try FileReader(path)
    let directory = try ZipDirectoryPlace(file)
    directoryOffset = directory.range.lowerBound
    let bytes = try file.read(directory.range.count, at: directory.range.lowerBound)
    guard bytes.count == directory.range.count else {
      throw ZipFault(
        path: path, offset: directoryOffset, reason: "the file became shorter while it was read")
    }
    var records = ZipRecords(bytes, at: directoryOffset, path: path)
    var entries: [Entry] = []
    var names: Set<String> = []
    while let entry = try records.next() {
      guard names.insert(entry.name).inserted else {
        throw ZipFault(
          path: path, offset: entry.recordOffset,
          reason: "a second entry \(entry.name.debugDescription)")
      }
      entries.append(entry)
    }
    guard entries.count == directory.count else {
      throw ZipFault(
        path: path, offset: directoryOffset,
        reason: "expected \(directory.count) entries in the directory, found \(entries.count)")
    }
    self.entries = entries
  }
}

/// Where the directory of an archive lies, by the records at the end of the file.
private struct ZipDirectoryPlace {
  let range: Range<Int>
  let count: Int

  /// Bytes of the last record, and of the comment behind it at most.
  private static let endSize = 22
  private static let largestComment = 65_535
  /// A directory of more bytes is no one's.
  private static let largest = 1 << 26

  init(_ file: FileReader) throws {
    let start = max(0, file.size - Self.endSize - Self.largestComment)
    let tail = LittleEndianBytes(try file.read(file.size - start, at: start))
    func fault(_ offset: Int, _ reason: String) -> ZipFault {
      ZipFault(path: file.path, offset: offset, reason: reason)
    }
    let last = tail.count - Self.endSize
    let place = stride(from: last, through: 0, by: -1).first {
      tail.has(signature: 0x0605_4B50, at: $0) && $0 + Self.endSize + tail[$0 + 20, 2] == tail.count
    }
    guard let place else {
      throw fault(
        file.size, "expected the end of a ZIP directory (50 4b 05 06); the file is cut off, or none"
      )
    }
    let end = start + place
    guard tail[place + 4, 2] == 0 || tail[place + 4, 2] == 0xFFFF,
      tail[place + 6, 2] == tail[place + 4, 2]
    else { throw fault(end + 4, "an archive of several files (disks), which is not read") }
    var (count, size, offset) = (tail[place + 10, 2], tail[place + 12, 4], tail[place + 16, 4])
    var limit = end
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      (count, size, offset, limit) = try Self.zip64(file, before: end)
    }
    guard size <= limit, offset == limit - size else {
      throw fault(
        end,
        "expected the directory of \(size) bytes at byte \(limit - min(size, limit)), found it announced at \(offset)"
      )
    }
    guard size <= Self.largest, count <= size / ZipRecords.least else {
      throw fault(end, "\(count) entries in a directory of \(size) bytes: more than there can be")
    }
    range = offset..<limit
    self.count = count
  }

  /// The record of large archives, which a locator before the last record names.
  private static func zip64(
    _ file: FileReader, before end: Int
  ) throws -> (count: Int, size: Int, offset: Int, limit: Int) {
    func fault(_ offset: Int, _ reason: String) -> ZipFault {
      ZipFault(path: file.path, offset: offset, reason: reason)
    }
    let place = end - 20
    let locator = LittleEndianBytes(place >= 0 ? try file.read(20, at: place) : [])
    guard locator.count == 20, locator.has(signature: 0x0706_4B50, at: 0) else {
      throw fault(max(0, place), "expected the locator of a ZIP64 directory (50 4b 06 07)")
    }
    let record = locator[8, 8]
    guard record <= place - 56, locator[4, 4] == 0, locator[16, 4] <= 1 else {
      throw fault(place, "a ZIP64 directory at byte \(record) of another place or file")
    }
    let bytes = LittleEndianBytes(try file.read(56, at: record))
    guard bytes.count == 56, bytes.has(signature: 0x0606_4B50, at: 0) else {
      throw fault(record, "expected the end of a ZIP64 directory (50 4b 06 06)")
    }
    return (bytes[32, 8], bytes[40, 8], bytes[48, 8], record)
  }
}

/// The records of a directory, one after the other.
private struct ZipRecords {
  static let least = 46

  private let bytes: LittleEndianBytes
  private let start: Int
  private let path: String
  private var position = 0

  init(_ bytes: [UInt8], at start: Int, path: String) {
    self.bytes = LittleEndianBytes(bytes)
    self.start = start
    self.path = path
  }

  /// Nil at the end. Throws `ZipFault`.
  mutating func next() throws -> ZipArchive.Entry? {
    guard position < bytes.count else { return nil }
    let place = position
    func fault(_ reason: String) -> ZipFault {
      ZipFault(path: path, offset: start + place, reason: reason)
    }
    guard place + Self.least <= bytes.count, bytes.has(signature: 0x0201_4B50, at: place) else {
      throw fault("expected an entry of a ZIP directory (50 4b 01 02)")
    }
    let nameSize = bytes[place + 28, 2]
    let extraSize = bytes[place + 30, 2]
    let extra = place + Self.least + nameSize
    position = extra + extraSize + bytes[place + 32, 2]
    guard position <= bytes.count else { throw fault("the entry is longer than the directory") }
    var sizes = [bytes[place + 24, 4], bytes[place + 20, 4], bytes[place + 42, 4]]
    guard bytes.replace(&sizes, byExtra: extra..<extra + extraSize) else {
      throw fault("expected sizes of 64 bits in the entry, found none")
    }
    return ZipArchive.Entry(
      name: bytes.text(place + Self.least..<extra), size: sizes[0], storedSize: sizes[1],
      flags: UInt16(bytes[place + 8, 2]), method: UInt16(bytes[place + 10, 2]),
      checksum: UInt32(bytes[place + 16, 4]), offset: sizes[2], recordOffset: start + place)
  }
}

/// Numbers whose lowest byte is the first.
struct LittleEndianBytes {
  private let bytes: [UInt8]
  var count: Int { bytes.count }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A number of `size` bytes; the largest `Int` for what is beyond it. The bytes have to be there.
  subscript(place: Int, size: Int) -> Int {
    let number = bytes[place..<place + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(clamping: number)
  }

  func has(signature: Int, at place: Int) -> Bool {
    place >= 0 && place + 4 <= count && self[place, 4] == signature
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Replaces numbers of 32 set bits by those of 64 bits in ZIP64's extra field, in order; false where there are too few.
  fileprivate func replace(_ numbers: inout [Int], byExtra range: Range<Int>) -> Bool {
    let missing = numbers.indices.filter { numbers[$0] == 0xFFFF_FFFF }
    guard !missing.isEmpty else { return true }
    var place = range.lowerBound
    while place + 4 <= range.upperBound {
      let (kind, size) = (self[place, 2], self[place + 2, 2])
      guard place + 4 + size <= range.upperBound else { return false }
      if kind == 1 {
        guard size >= 8 * missing.count else { return false }
        for (order, number) in missing.enumerated() {
          numbers[number] = self[place + 4 + 8 * order, 8]
        }
        return true
      }
      place += 4 + size
    }
    return false
  }
}
