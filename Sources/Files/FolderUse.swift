import Foundation

/// A claim that this process works in a folder: a shared `flock` on the folder itself, which the kernel releases even
/// after kill -9. It leaves no file.
package final class FolderUse {
  private let descriptor: Int32

  /// - Parameter cleanUp: called where nobody else works in the folder, before anybody can: temporary files that it
  ///   finds are of processes that are gone. Not called where the file system has no such locks.
  /// - Throws: `FileFault` where there is no such folder.
  package init(_ folder: String, cleanUp: () -> Void) throws {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault(folder, .lock, errno: errno) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { cleanUp() }
    // Whoever cleans up holds this up for a moment.
    while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
  }

  deinit { close(descriptor) }
}
