import Foundation

/// A regular file, read from one place to the next in pieces: a file larger than memory is never in
/// it.
package final class FileReader {
  package let path: String
  /// Bytes of the file when it was opened.
  package let size: Int
  private let descriptor: Descriptor

  /// Throws `FileFault`: missing or unreadable (66), a folder, FIFO, socket or device (65).
  package init(_ path: String) throws {
    self.path = path
    descriptor = try Descriptor.forReading(path)
    size = Int(try descriptor.status(for: .read).st_size)
  }

  /// Reads on until `output` is full or the file ends; returns the number of bytes. Throws `FileFault`
  /// (74).
  package func read(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    try descriptor.read(into: output)
  }

  /// `count` bytes from byte `offset` on, fewer at the end of the file. The position of `read` stays.
  func read(_ count: Int, at offset: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
  }

  /// Reads from byte `offset` on until `output` is full or the file ends. The position of `read(into:)` stays.
  func read(into output: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    try descriptor.read(into: output, at: offset)
  }

  /// The next bytes, at most `count`.
  package func read(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}
