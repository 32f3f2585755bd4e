import Foundation

extension Document {
  /// The content of a configuration file, which may be a pipe.
  ///
  /// Throws: `UnreadableFile`; `ConfigurationFault` where it is too large.
  static func bytes(of path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw UnreadableFile(path: path, code: errno) }
    defer { close(file) }
    // One byte more, to see whether there is more.
    var bytes = [UInt8](repeating: 0, count: largestFile + 1)
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer -> Int in
        guard let start = buffer.baseAddress else { return 0 }
        return read(file, start + filled, buffer.count - filled)
      }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw UnreadableFile(path: path, code: errno)
      }
      filled += count
    }
    guard filled <= largestFile else {
      throw ConfigurationFault(
        "too large: a configuration has at most \(largestFile) bytes",
        at: SourcePosition(file: path, line: 1, column: 1))
    }
    return Array(bytes[..<filled])
  }
}

/// A configuration file that is not there, or cannot be read.
package struct UnreadableFile: Fault {
  package let path: String
  /// The `errno` of the call that failed.
  let code: Int32

  /// A failing disk, or too many open files, is no missing input.
  package var exitCode: ExitCode {
    [ENOENT, ENOTDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, EISDIR].contains(code)
      ? .noInput : .inputOutput
  }

  package var description: String {
    let reason = code == ENOENT ? "no such file" : "cannot read: \(String(cString: strerror(code)))"
    return "\(path.printable): \(reason)"
  }
}
