import Foundation

package enum FileBytes {
  /// The whole content of a regular file.
  ///
  /// Throws `FileFault`: missing or unreadable (66), a folder, FIFO, socket or device, or more
  /// than `limit` bytes (65), a failed read (74). A symbolic link to a regular file is followed.
  ///
  /// - Parameter operation: `.examine` for a file of our own: what cannot be opened is then no missing input (74).
  package static func read(
    _ path: String, limit: Int? = nil, for operation: FileOperation = .read
  ) throws -> [UInt8] {
    let file = try Descriptor.forReading(path, for: operation)
    let size = Int(try file.status(for: .read).st_size)
    if let limit, size > limit {
      throw FileFault(path, .read, .tooLarge(bytes: size, limit: limit))
    }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The same; nil where nothing is there, and for no other reason.
  package static func readIfPresent(
    _ path: String, limit: Int? = nil, for operation: FileOperation = .examine
  ) throws -> [UInt8]? {
    do { return try read(path, limit: limit, for: operation) } catch let fault as FileFault
      where fault.reason == .system(ENOENT) || fault.reason == .system(ENOTDIR)
    {
      return nil
    }
  }

  /// The first bytes of a regular file, at most `count`. Throws as `read` does.
  package static func prefix(_ path: String, count: Int) throws -> [UInt8] {
    let file = try Descriptor.forReading(path)
    let size = min(Int(try file.status(for: .read).st_size), count)
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The size in bytes of a regular file. Throws as `read` does.
  package static func size(_ path: String) throws -> Int {
    Int(try Descriptor.forReading(path).status(for: .read).st_size)
  }
}
