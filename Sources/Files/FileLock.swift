import Foundation

/// One process at a time: an advisory `flock` that the kernel releases even after kill -9.
///
/// Its file is removed when the lock is released. One that a killed process left is no lock.
package final class FileLock {
  private var descriptor: Int32
  private let path: String

  /// Takes the lock, writing this process's number, host and the time into the file.
  ///
  /// When another process holds it, `onWait` is called once with what that one wrote; then this waits, or
  /// throws `FileFault` `.lockHeld` (75) if `wait` is false or `shouldStop` turns true. The folder
  /// has to exist (73).
  package init(
    path: String, wait: Bool, onWait: (String) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws {
    self.path = path
    var saidSo = false
    while true {
      let candidate = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard candidate >= 0 else { throw FileFault(path, .lock, errno: errno) }
      if flock(candidate, LOCK_EX | LOCK_NB) == 0 {
        do {
          if try Self.isStill(candidate, path) {
            descriptor = candidate
            break
          }
        } catch {
          close(candidate)
          throw error
        }
        close(candidate)
        continue
      }
      let code = errno
      let holder = Self.readHolder(candidate)
      close(candidate)
      guard code == EWOULDBLOCK || code == EINTR else { throw FileFault(path, .lock, errno: code) }
      if !saidSo {
        saidSo = true
        onWait(holder)
      }
      guard wait, !shouldStop() else { throw FileFault(path, .lock, .lockHeld(by: holder)) }
      // Polling, so that a signal's handler gets its word in.
      usleep(50_000)
    }
    try writeHolder(path)
  }

  /// Gives the lock back; a second call does nothing.
  package func release() {
    guard descriptor >= 0 else { return }
    // While it is held: whoever waits sees that the file is another one, and takes that.
    unlink(path)
    close(descriptor)
    descriptor = -1
  }

  /// Removes a lock's file that no process holds. Throws: `FileFault`.
  package static func removeIfFree(_ path: String) throws {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return }
      throw FileFault(path, .lock, errno: errno)
    }
    defer { close(file) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0, try isStill(file, path) else { return }
    guard unlink(path) == 0 || errno == ENOENT else { throw FileFault(path, .remove, errno: errno) }
  }

  deinit { release() }

  private func writeHolder(_ path: String) throws {
    let host = ProcessInfo.processInfo.hostName
    let now = ISO8601DateFormatter().string(from: Date())
    let text = Array("process \(getpid()) on \(host) since \(now)\n".utf8)
    var written = ftruncate(descriptor, 0) == 0 ? 0 : -1
    while written >= 0, written < text.count {
      let count = text.withUnsafeBytes { bytes in
        pwrite(
          descriptor, bytes.baseAddress.map { $0 + written }, text.count - written, off_t(written))
      }
      if count < 0, errno == EINTR { continue }
      written = count < 0 ? -1 : written + count
    }
    guard written == text.count else {
      let code = errno
      release()
      throw FileFault(path, .lock, errno: code)
    }
  }

  private static func readHolder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    let line = text.prefix { $0 != "\n" }
    return line.isEmpty ? "another process" : String(line)
  }

  /// Whether the locked file is the one at `path`: it may have been removed while we waited.
  private static func isStill(_ descriptor: Int32, _ path: String) throws(FileFault) -> Bool {
    var ours = stat()
    guard fstat(descriptor, &ours) == 0 else { throw FileFault(path, .lock, errno: errno) }
    guard let theirs = try FileStatus.of(path, for: .lock) else { return false }
    return UInt64(ours.st_ino) == theirs.inode && UInt64(ours.st_dev) == theirs.device
  }
}
