import Foundation

/// An open file that closes itself; every call of it names the path when it fails.
struct Descriptor: ~Copyable {
  let number: Int32
  let path: String

  /// Opens without blocking on a FIFO and without leaking into child processes.
  init(_ path: String, _ flags: Int32, mode: mode_t = 0o666, for operation: FileOperation) throws {
    var result: Int32
    repeat {
      result = open(path, flags | O_CLOEXEC, mode)
    } while result < 0 && errno == EINTR
    guard result >= 0 else { throw FileFault(path, operation, errno: errno) }
    self.number = result
    self.path = path
  }

  deinit { close(number) }

  /// A regular file for reading. Throws for a folder, FIFO, device or socket before reading it.
  static func forReading(
    _ path: String, for operation: FileOperation = .read
  ) throws -> Descriptor {
    let file = try Descriptor(path, O_RDONLY | O_NONBLOCK, for: operation)
    let status = try file.status(for: operation)
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileFault(path, operation, .notRegular(kindName(status.st_mode)))
    }
    return file
  }

  func status(for operation: FileOperation) throws -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileFault(path, operation, errno: errno) }
    return status
  }

  /// Reads until `buffer` is full or the file ends; returns the number of bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try fill(buffer) { base, filled in
      Foundation.read(number, base + filled, buffer.count - filled)
    }
  }

  /// Reads from byte `offset` on without moving the file's position; returns fewer bytes at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    try fill(buffer) { base, filled in
      pread(number, base + filled, buffer.count - filled, off_t(offset + filled))
    }
  }

  /// Repeats a call that reads behind the bytes that are there until `buffer` is full or nothing more comes.
  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer,
    _ read: (_ base: UnsafeMutableRawPointer, _ filled: Int) -> Int
  ) throws -> Int {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let count = read(base, filled)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileFault(path, .read, errno: errno)
      }
      filled += count
    }
    return filled
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var written = 0
    while written < bytes.count, let base = bytes.baseAddress {
      let count = Foundation.write(number, base + written, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        throw FileFault(path, .write, errno: errno)
      }
      written += count
    }
  }

  func synchronise() throws {
    while fsync(number) != 0 {
      if errno == EINTR { continue }
      throw FileFault(path, .synchronise, errno: errno)
    }
  }
}

func kindName(_ mode: mode_t) -> String {
  switch mode & S_IFMT {
  case S_IFDIR: return "a folder"
  case S_IFIFO: return "a FIFO"
  case S_IFSOCK: return "a socket"
  case S_IFCHR, S_IFBLK: return "a device"
  case S_IFLNK: return "a symbolic link"
  case S_IFREG: return "a regular file"
  default: return "something else"
  }
}

/// The folder that holds `path`; `.` for a bare name.
package func parentFolder(_ path: String) -> String {
  let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  guard let slash = trimmed.lastIndex(of: "/") else { return "." }
  return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}
