import Foundation

/// The status of a path, links followed.
package struct FileStatus: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64
  package let size: Int
  /// Nanoseconds since 1970.
  package let modified: Int
  package let changed: Int
  package let isRegular: Bool
  package let isFolder: Bool
  /// In words, with its article: `a FIFO`.
  package let kind: String

  /// Nil where nothing is there: the path, or a folder of it, does not exist, or a part of it is no folder. No
  /// other error means that.
  ///
  /// - Parameter operation: what the path is looked at for: with the error, it gives the exit code. `.examine` (74)
  ///   for files of our own, `.read` (66 for what the user can mend) for a user's.
  /// - Throws: `FileFault`.
  package static func of(
    _ path: String, for operation: FileOperation = .examine
  ) throws(FileFault) -> FileStatus? {
    var status = stat()
    if stat(path, &status) == 0 { return FileStatus(status) }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw FileFault(path, operation, errno: errno)
  }

  private init(_ status: stat) {
    func nanoseconds(_ time: timespec) -> Int { Int(time.tv_sec) * 1_000_000_000 + time.tv_nsec }
    #if os(Linux)
      modified = nanoseconds(status.st_mtim)
      changed = nanoseconds(status.st_ctim)
    #else
      modified = nanoseconds(status.st_mtimespec)
      changed = nanoseconds(status.st_ctimespec)
    #endif
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    isRegular = status.st_mode & S_IFMT == S_IFREG
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    kind = kindName(status.st_mode)
  }
}
