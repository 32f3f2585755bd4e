import Files
import Foundation

/// What the file system says of a path, links followed.
struct FileStatus: Hashable {
  let device: UInt64
  let inode: UInt64
  let size: Int
  /// Nanoseconds since 1970.
  let modified: Int
  let changed: Int
  let isRegular: Bool
  let isFolder: Bool

  /// Nil where there is nothing to be seen.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
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
  }
}
