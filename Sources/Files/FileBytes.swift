import Foundation

package enum FileBytes {
  /// The whole content of a regular file.
  ///
  /// Throws `FileFault`: missing or unreadable (66), a folder, FIFO, socket or device, or more
  /// than `limit` bytes (65), a failed read (74). A symbolic link to a regular file is followed.
  package static func read(_ path: String, limit: Int? = nil) throws -> [UInt8] {
    let file = try Descriptor.forReading(path)
    let size = Int(try file.status(for: .read).st_size)
    if let limit, size > limit {
      throw FileFault(path, .read, .tooLarge(bytes: size, limit: limit))
    }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
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
