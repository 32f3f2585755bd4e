import Foundation

/// A line behind a file's content with the SHA-256 of all bytes before it.
///
/// Whoever reads the content does not see it: HDF5 ends where its head says. A program that writes the file again leaves
/// it out.
package enum ByteSeal {
  package enum State: Equatable, Sendable {
    /// The file does not end with such a line.
    case absent
    case right
    case wrong(expected: String, found: String)
  }

  private static let prefix = Array("\ntessera-bytes-sha256:".utf8)
  private static let digits = 64
  /// Bytes of the line.
  package static let size = prefix.count + digits + 1

  /// Adds the line to a file that is whole. Throws `FileFault` (74).
  package static func append(to path: String) throws {
    let line = prefix + Array(try SHA256.hex(ofFile: path, for: .examine).utf8) + [0x0A]
    let file = try Descriptor(path, O_WRONLY | O_APPEND, for: .write)
    try line.withUnsafeBytes { try file.write($0) }
  }

  /// Compares a file's bytes with its last line.
  ///
  /// - Parameter limit: a larger file is not read, and counts as right where it ends with such a line.
  /// - Throws: `FileFault` where it cannot be read.
  package static func state(of path: String, upTo limit: Int = .max) throws -> State {
    let file = try FileReader(path)
    guard file.size >= size else { return .absent }
    let content = file.size - size
    let last = try file.read(size, at: content)
    guard last.starts(with: prefix), last.last == 0x0A else { return .absent }
    if content > limit { return .right }
    let expected = String(decoding: last.dropFirst(prefix.count).dropLast(), as: UTF8.self)
    let found = try SHA256.hex(of: file, first: content)
    return found == expected ? .right : .wrong(expected: expected, found: found)
  }
}
