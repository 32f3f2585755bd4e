import Foundation

extension DurableFile {
  /// The regular files below `folder`: relative paths, sorted bytewise.
  ///
  /// Symbolic links are neither followed nor listed, other special files are left out. Throws
  /// `FileFault` when the folder is missing (66) or a name is not UTF-8 (65).
  package static func listTree(_ folder: String) throws -> [String] {
    var files: [String] = []
    try walk(folder, "", .list) { name, kind in
      if kind == S_IFREG { files.append(name) }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The names in a folder that are not hidden, in no order. Throws `FileFault` (66).
  package static func names(in folder: String) throws -> [String] {
    try entries(of: folder, .list).filter { !$0.hasPrefix(".") }
  }

  /// All names in a folder but `.` and `..`, in no order. Throws `FileFault` (66).
  package static func allNames(in folder: String) throws -> [String] {
    try entries(of: folder, .list)
  }

  /// Removes a file, a link (not what it points at) or a whole folder. Missing already: fine.
  package static func remove(_ path: String) throws {
    guard let mode = try mode(of: path, .remove) else { return }
    guard mode & S_IFMT == S_IFDIR else { return try removeEntry(path, isFolder: false) }
    try walk(path, "", .remove) { name, kind in
      try removeEntry(joinPath(path, name), isFolder: kind == S_IFDIR)
    }
    try removeEntry(path, isFolder: true)
  }

  /// Flushes every regular file and folder below `folder`, and the folder itself.
  package static func synchroniseTree(_ folder: String) throws {
    try walk(folder, "", .synchronise) { name, kind in
      if kind == S_IFREG || kind == S_IFDIR { try synchronise(path: joinPath(folder, name)) }
    }
    try synchronise(path: folder)
  }

  private static func removeEntry(_ path: String, isFolder: Bool) throws {
    let result = isFolder ? rmdir(path) : unlink(path)
    if result != 0 && errno != ENOENT { throw FileFault(path, .remove, errno: errno) }
  }

  /// Visits what lies below `root`/`folder` with its relative path and `S_IFMT` kind, a folder
  /// after what it holds.
  private static func walk(
    _ root: String, _ folder: String, _ operation: FileOperation,
    _ visit: (String, mode_t) throws -> Void
  ) throws {
    let path = joinPath(root, folder)
    for name in try entries(of: path, operation) {
      let relative = joinPath(folder, name)
      guard let mode = try mode(of: joinPath(root, relative), operation) else { continue }
      let kind = mode & S_IFMT
      if kind == S_IFDIR { try walk(root, relative, operation, visit) }
      try visit(relative, kind)
    }
  }

  /// Whether something is there, links followed. Throws `FileFault` where that cannot be known.
  package static func exists(_ path: String) throws -> Bool {
    var status = stat()
    if stat(path, &status) == 0 { return true }
    if errno == ENOENT || errno == ENOTDIR { return false }
    throw FileFault(path, .read, errno: errno)
  }

  /// Whether there is a symbolic link, to whatever.
  package static func isLink(_ path: String) throws -> Bool {
    try mode(of: path, .examine).map { $0 & S_IFMT == S_IFLNK } ?? false
  }

  /// The `lstat` mode, nil where there is nothing.
  static func mode(of path: String, _ operation: FileOperation) throws -> mode_t? {
    var status = stat()
    if lstat(path, &status) == 0 { return status.st_mode }
    if errno == ENOENT { return nil }
    throw FileFault(path, operation, errno: errno)
  }

  static func entries(of path: String, _ operation: FileOperation) throws -> [String] {
    guard let folder = opendir(path) else { throw FileFault(path, operation, errno: errno) }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name else { throw FileFault(path, operation, .nameIsNotUTF8) }
      if name != "." && name != ".." { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw FileFault(path, operation, errno: errno) }
    return names
  }
}
