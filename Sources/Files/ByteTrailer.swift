import Foundation

/// The byte trailer: the last 87 bytes of a file, a line with the SHA-256 of all bytes before it.
///
/// Readers of HDF5 do not see it, because the data end where the superblock says. A program that writes the file again
/// leaves it out.
package enum ByteTrailer {
  package enum State: Equatable, Sendable {
    /// The file has no trailer.
    case absent
    case right
    case wrong(expected: String, found: String)
  }

  private static let prefix = Array("\ntessera-bytes-sha256:".utf8)
  private static let digits = 64
  /// Bytes of the trailer.
  package static let size = prefix.count + digits + 1

  /// Appends the trailer to a complete file.
  ///
  /// - Returns: the SHA-256 of the file with its trailer.
  /// - Throws: `FileFault` (74).
  @discardableResult
  package static func append(to path: String) throws -> String {
    let digest = RunningDigest()
    try digest.update(file: path, for: .examine)
    let line = prefix + Array(digest.current.utf8) + [0x0A]
    let file = try Descriptor(path, O_WRONLY | O_APPEND, for: .write)
    try line.withUnsafeBytes { bytes in
      try file.write(bytes)
      digest.update(bytes)
    }
    return digest.finish()
  }

  /// Compares a file's bytes with its trailer.
  ///
  /// - Parameter limit: bytes of content; a larger file with a trailer counts as right without being read.
  /// - Throws: `FileFault` where the file cannot be read.
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
