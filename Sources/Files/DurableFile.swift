import Foundation

/// Writes that happen completely or not at all, and survive a power cut.
///
/// All of them throw `FileFault`: 73 where nothing can be created, 74 for a full or failing disk.
package enum DurableFile {
  /// Replaces `path` by `bytes`: temporary name in the same folder, write, fsync, rename, fsync of
  /// the folder. On any failure the old content of `path` is intact and the temporary file gone.
  package static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
    try replace(path) { file in
      try file.write(bytes)
      return bytes.count
    }
  }

  package static func write(_ bytes: [UInt8], to path: String) throws {
    try bytes.withUnsafeBytes { try write($0, to: path) }
  }

  package static func write(text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Copies a regular file, or a folder's regular files with their relative paths.
  ///
  /// Each file is replaced atomically; a folder as a whole is not.
  package static func copy(_ from: String, to: String) throws {
    var status = stat()
    guard stat(from, &status) == 0 else { throw FileFault(from, .copy, errno: errno) }
    if status.st_mode & S_IFMT == S_IFDIR {
      try createFolder(to)
      for name in try listTree(from) {
        let target = joinPath(to, name)
        try createFolder(parentFolder(target))
        try copy(joinPath(from, name), to: target)
      }
      return
    }
    try copyFile(from, to: to) { _ in }
  }

  /// Copies a regular file and hashes it on the way; content with another SHA-256 replaces nothing.
  package static func copy(_ from: String, to: String, sha256: String) throws {
    try copyFile(from, to: to) { found in
      guard found == sha256 else { throw FileFault(from, .copy, .contentDiffers) }
    }
  }

  /// - Parameter check: called with the SHA-256 before the copy is renamed to `to`.
  private static func copyFile(_ from: String, to: String, check: (String) throws -> Void) throws {
    let source = try Descriptor.forReading(from)
    try replace(to) { file in
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
      defer { block.deallocate() }
      let digest = RunningDigest()
      var total = 0
      while true {
        let count = try source.read(into: block)
        let read = UnsafeRawBufferPointer(rebasing: block[..<count])
        digest.update(read)
        try file.write(read)
        total += count
        if count < block.count { break }
      }
      try check(digest.finish())
      return total
    }
  }

  /// Renames a file or folder and makes the rename durable. Same file system only.
  package static func move(_ from: String, to: String) throws {
    guard rename(from, to) == 0 else { throw FileFault(to, .rename, errno: errno) }
    try synchronise(path: parentFolder(to))
    if parentFolder(from) != parentFolder(to) { try synchronise(path: parentFolder(from)) }
  }

  /// Flushes one file or folder to the disk.
  package static func synchronise(path: String) throws {
    let file = try Descriptor(path, O_RDONLY | O_NONBLOCK, for: .synchronise)
    do {
      try file.synchronise()
    } catch let fault as FileFault {
      // Some network and FUSE file systems can't fsync a folder; there is nothing else to do.
      let isFolder = try file.status(for: .synchronise).st_mode & S_IFMT == S_IFDIR
      guard isFolder, [.system(EINVAL), .system(ENOTSUP)].contains(fault.reason) else {
        throw fault
      }
    }
  }

  /// Makes a folder with its missing parents, durably. An existing folder is fine.
  package static func createFolder(_ path: String) throws {
    if try path.isEmpty || isFolder(path) { return }
    let parent = parentFolder(path)
    if parent != path { try createFolder(parent) }
    if mkdir(path, 0o777) != 0 {
      let code = errno
      // Another process may have made it meanwhile.
      if try code == EEXIST && isFolder(path) { return }
      throw FileFault(path, .create, errno: code)
    }
    try synchronise(path: parent)
  }

  /// Makes a folder with its missing parents for `body` to fill. Where that fails, those that were made and are
  /// empty are removed again.
  package static func withFolder<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    var missing: [String] = []
    var folder = path
    while try !folder.isEmpty && !isFolder(folder), missing.last != folder {
      missing.append(folder)
      folder = parentFolder(folder)
    }
    do {
      try createFolder(path)
      return try body()
    } catch {
      for made in missing where rmdir(made) != 0 { break }
      throw error
    }
  }

  /// Whether a folder is there to be written into.
  package static func isFolder(_ path: String) throws(FileFault) -> Bool {
    try FileStatus.of(path, for: .create)?.isFolder == true
  }

  /// `fill` writes the new content and returns its size, which is compared with the disk's.
  private static func replace(
    _ path: String, _ fill: (borrowing Descriptor) throws -> Int
  ) throws {
    let temporary = temporarySibling(of: path)
    do {
      let file = try Descriptor(temporary, O_WRONLY | O_CREAT | O_EXCL, for: .create)
      let expected = try fill(file)
      try file.synchronise()
      let found = Int(try file.status(for: .write).st_size)
      guard found == expected else {
        throw FileFault(path, .write, .sizeDiffers(expected: expected, found: found))
      }
      try move(temporary, to: path)
    } catch {
      unlink(temporary)
      guard let fault = error as? FileFault, fault.path == temporary else { throw error }
      // The user knows the file by its own name.
      throw FileFault(path, fault.operation, fault.reason)
    }
  }
}
