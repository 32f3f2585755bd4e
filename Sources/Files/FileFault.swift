import Configuration
import Foundation

/// What was being done to a file or folder when it failed.
package enum FileOperation: String, Sendable {
  case read, list, write, create, rename, remove, copy, synchronise, lock, start, examine
}

/// A file system call that failed, or a path that is not what it has to be.
package struct FileFault: Fault {
  /// Why it failed.
  package enum Reason: Equatable, Sendable {
    /// The `errno` of the call.
    case system(Int32)
    /// Neither a file nor (where one would do) a folder: a FIFO, a socket, a device, a folder.
    case notRegular(String)
    case tooLarge(bytes: Int, limit: Int)
    /// Fewer bytes are on the disk than were written to it.
    case sizeDiffers(expected: Int, found: Int)
    case nameIsNotUTF8
    /// The SHA-256 is not the one that was noted when the file was written.
    case contentDiffers
    /// Another process holds the lock; the text is what it wrote about itself.
    case lockHeld(by: String)
  }

  package let path: String
  package let operation: FileOperation
  package let reason: Reason

  package init(_ path: String, _ operation: FileOperation, _ reason: Reason) {
    self.path = path
    self.operation = operation
    self.reason = reason
  }

  package init(_ path: String, _ operation: FileOperation, errno: Int32) {
    self.init(path, operation, .system(errno))
  }

  /// Whether there is no such file: not one that cannot be read.
  package var isAbsence: Bool { [.system(ENOENT), .system(ENOTDIR)].contains(reason) }

  package var exitCode: ExitCode {
    switch reason {
    case .system(let code): return Self.exitCode(of: code, during: operation)
    case .notRegular, .tooLarge, .nameIsNotUTF8: return .badData
    case .sizeDiffers, .contentDiffers: return .inputOutput
    case .lockHeld: return .tryAgain
    }
  }

  package var description: String {
    "\(printable(path)): cannot \(operation.rawValue): \(explanation)"
  }

  /// Why it failed, in words.
  package var explanation: String {
    switch reason {
    case .system(let code): return String(cString: strerror(code))
    case .notRegular(let kind): return "expected a regular file, found \(kind)"
    case .tooLarge(let bytes, let limit): return "\(bytes) bytes, more than the limit of \(limit)"
    case .sizeDiffers(let expected, let found):
      return "wrote \(expected) bytes, found \(found) on the disk"
    case .nameIsNotUTF8: return "the name is not UTF-8; rename it"
    case .contentDiffers: return "its content is not what was written (SHA-256)"
    case .lockHeld(let holder): return "held by \(printable(holder))"
    }
  }

  /// Whether the disk, or a limit of this process, is the cause.
  package var isOfMachine: Bool {
    guard case .system(let code) = reason else { return false }
    return Self.isOfMachine(code)
  }

  /// The same fault of a file that the user knows by another path.
  package func named(_ path: String) -> FileFault { FileFault(path, operation, reason) }

  /// Whether the disk, or a limit of this process, is the cause: it says nothing of the file or its place, and
  /// may have passed the next time.
  package static func isOfMachine(_ code: Int32) -> Bool {
    [ENOSPC, EDQUOT, EIO, EFBIG, EMFILE, ENFILE, ENOMEM, EAGAIN].contains(code)
  }

  /// Whether the cause is a missing input, a place that can't be written, or the machine itself.
  private static func exitCode(of code: Int32, during operation: FileOperation) -> ExitCode {
    if isOfMachine(code) { return .inputOutput }
    switch (operation, code) {
    case (.read, _), (.list, _):
      let absent = [ENOENT, ENOTDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, EISDIR]
      return absent.contains(code) ? .noInput : .inputOutput
    case (.create, _), (.rename, _), (.lock, _): return .cannotCreate
    case (.copy, ENOENT): return .noInput
    case (.start, ENOENT), (.start, EACCES), (.start, ENOEXEC), (.start, ENOTDIR):
      return .missingTool
    default: return .inputOutput
    }
  }
}

/// `String.printable`, for names of files.
package func printable(_ name: String) -> String { name.printable }

/// `first/second/third`, without doubled separators; an empty part adds nothing.
package func joinPath(_ first: String, _ rest: String...) -> String {
  rest.reduce(first) { path, part in
    if path.isEmpty { return part }
    if part.isEmpty { return path }
    let tail = part.drop { $0 == "/" }
    return path.hasSuffix("/") ? path + tail : path + "/" + tail
  }
}
