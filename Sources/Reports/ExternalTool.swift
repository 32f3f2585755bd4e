import Configuration
import Files
import Foundation

/// An external drawing program.
struct ExternalTool: Sendable {
  /// A name to be found through `PATH`, or a path.
  let executable: String

  enum Outcome: Equatable {
    case finished
    case missing
    /// It failed, with its message.
    case failed(String)
    /// It could not write: the disk is full or failing.
    case disk
  }

  /// Runs it in a folder and waits. `isIgnored` takes variables out of its environment.
  ///
  /// Throws `FileFault` where it cannot be started, and what `Stopping.check` throws: the program is ended then.
  func run(
    _ arguments: [String], in folder: String, without isIgnored: (String) -> Bool = { _ in false }
  ) throws -> Outcome {
    guard let path = try path() else { return .missing }
    var variables = ProcessInfo.processInfo.environment.filter { !isIgnored($0.key) }
    variables["LC_ALL"] = "C.UTF-8"
    let child = try ChildProcess(
      path, arguments, reading: .errors, environment: variables, in: folder)
    let check = Stopping.check
    let (ending, said) = try child.finish(keeping: 1 << 16) { Stopping.asks(check) }
    try check()
    let text = String(decoding: said, as: UTF8.self)
    switch ending {
    case .exit(0): return .finished
    case _ where Self.namesDisk(text) || Self.isFull(folder): return .disk
    case .exit(let status): return .failed(text.isEmpty ? "exit status \(status)" : text)
    case .signal(let number): return .failed(text.isEmpty ? "signal \(number)" : text)
    }
  }

  /// Where the program is; nil if there is none that this user may start.
  ///
  /// - Throws: `FileFault` where it cannot be examined: a failing disk is no missing program.
  func path() throws -> String? {
    if executable.contains("/") { return executable }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for path in folders.map({ joinPath(String($0), executable) }) {
      if access(path, X_OK) == 0 { return path }
      guard [ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG].contains(errno) else {
        throw FileFault(path, .examine, errno: errno)
      }
    }
    return nil
  }

  /// Whether a program's message contains the system's message about a failing disk.
  private static func namesDisk(_ text: String) -> Bool {
    [ENOSPC, EDQUOT, EIO, EFBIG].contains { text.contains(String(cString: strerror($0))) }
  }

  /// Whether a folder's disk is full: programs that write through a library report less than the system did. The
  /// files that the program left are still there.
  private static func isFull(_ folder: String) -> Bool {
    let probe = DurableFile.temporarySibling(of: joinPath(folder, "probe"))
    defer { unlink(probe) }
    do {
      try DurableFile.write([UInt8](repeating: 0, count: 1 << 16), to: probe)
      return false
    } catch let fault as FileFault {
      return fault.exitCode == .inputOutput
    } catch {
      return false
    }
  }
}
