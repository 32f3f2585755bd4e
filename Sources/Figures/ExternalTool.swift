import Files
import Foundation

/// A program that draws for us, started and waited for.
///
/// Started by Foundation's `Process`, on purpose not by swift-subprocess: that one (1.0.2) needs
/// one of Swift's few task threads to end a run, whatever executor it is given. Figures are drawn
/// from synchronous code, which may itself hold those threads: two stages drawing at once on two
/// processors, as parallel tests do, then waited for each other for ever.
struct ExternalTool: Sendable {
  /// A name to be found through `PATH`, or a path.
  let executable: String

  enum Outcome: Equatable {
    case finished
    case missing
    case failed(String)
    case notStarted(String)
  }

  /// Runs it in a folder and waits. `isIgnored` takes variables out of its environment.
  func run(
    _ arguments: [String], in folder: String, without isIgnored: (String) -> Bool = { _ in false }
  ) -> Outcome {
    let found: String?
    do { found = try path() } catch { return .notStarted("\(error)") }
    guard let path = found else { return .missing }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder, directoryHint: .isDirectory)
    var variables = ProcessInfo.processInfo.environment.filter { !isIgnored($0.key) }
    variables["LC_ALL"] = "C.UTF-8"
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let messages = Pipe()
    process.standardError = messages
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      try process.run()
      let said = try messages.fileHandleForReading.readToEnd() ?? Data()
      ended.wait()
      if process.terminationReason == .exit && process.terminationStatus == 0 { return .finished }
      let text = String(decoding: said.suffix(1 << 16), as: UTF8.self)
      let kind = process.terminationReason == .exit ? "exit status" : "signal"
      return .failed(text.isEmpty ? "\(kind) \(process.terminationStatus)" : text)
    } catch {
      return .notStarted("\(error)")
    }
  }

  /// Where the program is; nil if there is none that this user may start.
  ///
  /// - Throws: `FileFault` where that cannot be told: a failing disk is no missing program.
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
}
