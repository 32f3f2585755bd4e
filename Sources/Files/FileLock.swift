import Foundation

/// One process at a time: an advisory `flock` that the kernel releases even after kill -9.
///
/// The file stays behind, empty, when the lock is released: an existing file is no lock.
package final class FileLock {
  private var descriptor: Int32

  /// Takes the lock, writing this process's number, host and the time into the file.
  ///
  /// When another process holds it, `onWait` hears once what that one wrote; then this waits, or
  /// throws `FileFault` `.lockHeld` (75) if `wait` is false or `shouldStop` turns true. The folder
  /// has to exist (73).
  package init(
    path: String, wait: Bool, onWait: (String) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws {
    var saidSo = false
    while true {
      let candidate = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard candidate >= 0 else { throw FileFault(path, .lock, errno: errno) }
      if flock(candidate, LOCK_EX | LOCK_NB) == 0 {
        if Self.isStill(candidate, path) {
          descriptor = candidate
          break
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
    _ = ftruncate(descriptor, 0)
    close(descriptor)
    descriptor = -1
  }

  deinit { release() }

  private func writeHolder(_ path: String) throws {
    let host = ProcessInfo.processInfo.hostName
    let now = ISO8601DateFormatter().string(from: Date())
    let text = Array("process \(getpid()) on \(host) since \(now)\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count
    else {
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
  private static func isStill(_ descriptor: Int32, _ path: String) -> Bool {
    var ours = stat()
    var theirs = stat()
    return fstat(descriptor, &ours) == 0 && stat(path, &theirs) == 0
      && ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev
  }
}
