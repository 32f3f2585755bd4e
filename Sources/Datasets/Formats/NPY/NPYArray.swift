import Files
import Storage

/// Where a NumPy array lies: in a file of its own, or in a ZIP archive (`.npz`).
struct NPYPlace: Hashable, Sendable {
  let file: String
  /// Of an archive, without `.npy`; nil for a file of its own.
  let name: String?

  /// In messages.
  var words: String { name.map { "\(file):\($0)" } ?? file }

  /// The names of the arrays in an archive. Throws `ZipFault` (65), `FileFault`.
  static func names(in archive: ZipArchive) -> [String] {
    archive.entries.map(\.name).filter { $0.hasSuffix(suffix) }.map {
      String($0.dropLast(suffix.count))
    }
  }

  static let suffix = ".npy"

  /// Whether a file is an array. Throws `FileFault`.
  static func isArray(_ path: String) throws -> Bool {
    try FileBytes.prefix(path, count: NPYHeader.magic.count) == NPYHeader.magic
  }
}

/// A NumPy array, read from its first value to its last.
final class NPYArray: ForeignBytes {
  private let place: NPYPlace
  let header: NPYHeader
  private let readNext: (UnsafeMutableRawBufferPointer) throws -> Void
  var shape: [Int] { header.shape }

  /// Reads the head. Throws `NPYFault`, `ZipFault`, `DatasetFault` (65), `FileFault`.
  init(_ place: NPYPlace) throws {
    self.place = place
    let total: Int
    if let name = place.name {
      let entry = try Self.entry(name, of: place.file)
      (total, readNext) = (entry.size, { try entry.read(into: $0) })
    } else {
      let file = try FileReader(place.file)
      total = file.size
      readNext = { output in
        guard try file.read(into: output) == output.count else {
          throw NPYFault(
            place: file.path, offset: file.size, reason: "the file became shorter while it was read"
          )
        }
      }
    }
    let readNext = readNext
    header = try NPYHeader(place: place.words, total: total) { count in
      var bytes = [UInt8](repeating: 0, count: count)
      try bytes.withUnsafeMutableBytes { try readNext($0) }
      return bytes
    }
  }

  private static func entry(_ name: String, of file: String) throws -> ZipEntryReader {
    let archive = try ZipArchive(file)
    let names = [name + NPYPlace.suffix, name]
    guard
      let entry = names.lazy.compactMap({ name in archive.entries.first { $0.name == name } }).first
    else {
      let known = NPYPlace.names(in: archive)
      throw DatasetFault.folder(
        path: "\(file):\(name)",
        reason: "no such array in the file" + (known.isEmpty ? "" : "; it has \(few(known))"))
    }
    return try ZipEntryReader(entry, of: archive)
  }

  /// The first of many names.
  static func few(_ names: [String]) -> String { names.prefix(10).joined(separator: ", ") }

  /// Throws `NPYFault` (65) for values that are no levels of 8 bits.
  func requireLevels() throws {
    guard header.element.kind == "u", header.element.size == 1 else {
      throw fault(
        "expected an array of u1 (levels from 0 to 255), found \(header.element.words); scale it to "
          + "levels and write them as u1 (numpy: .astype('u1'))")
    }
  }

  /// The next values of an array of levels.
  func read(into output: UnsafeMutableRawBufferPointer) throws { try readNext(output) }

  /// Whole numbers of one axis (others may be of size 1), whatever their width, sign and byte order.
  ///
  /// - Parameter expected: how many there have to be; others are not read.
  /// - Throws: `NPYFault` (65).
  func integers(_ expected: Int) throws -> [Int64] {
    let element = header.element
    guard "iu".contains(element.kind), [1, 2, 4, 8].contains(element.size) else {
      throw fault(
        "expected an array of whole numbers, found \(element.words); write it as whole numbers first "
          + "(numpy: .astype('i4'))")
    }
    guard !shape.isEmpty, shape.contains(header.count) else {
      throw fault("expected one number an image, found sizes \(shape)")
    }
    guard header.count == expected else {
      throw fault("expected one label for each of the \(expected) images, found \(header.count)")
    }
    var bytes = [UInt8](repeating: 0, count: header.contentSize)
    try bytes.withUnsafeMutableBytes { try readNext($0) }
    return try (0..<header.count).map { index in
      let own = bytes[index * element.size..<(index + 1) * element.size]
      guard let value = Self.value(element.isBigEndian ? Array(own) : own.reversed(), element)
      else {
        throw NPYFault(
          place: place.words, offset: header.size + index * element.size,
          reason: "a number that 64 bits with a sign do not hold")
      }
      return value
    }
  }

  /// - Parameter bytes: from the highest to the lowest.
  private static func value(_ bytes: [UInt8], _ element: NPYHeader.Element) -> Int64? {
    let isNegative = element.kind == "i" && bytes[0] >= 128
    let number = bytes.reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    return element.kind == "i" ? Int64(bitPattern: number) : Int64(exactly: number)
  }

  private func fault(_ reason: String) -> NPYFault {
    NPYFault(place: place.words, offset: header.size, reason: reason)
  }
}
