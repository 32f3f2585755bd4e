import Foundation

/// The gnuplot program.
///
/// Started by Foundation's `Process`, on purpose not by swift-subprocess: that one (1.0.2) needs
/// one of Swift's few task threads to end a run, whatever executor it is given. Figures are drawn
/// from synchronous code, which may itself hold those threads: two stages drawing at once on two
/// processors, as parallel tests do, then waited for each other for ever.
package struct Gnuplot: Sendable {
  /// A name to be found through `PATH`, or a path.
  package var executable: String

  package init(executable: String = "gnuplot") { self.executable = executable }

  /// Whether there is a program to start.
  package var isInstalled: Bool { executablePath != nil }

  enum Outcome: Equatable {
    case finished
    case missing
    case failed(String)
    case notStarted(String)
  }

  /// Runs a script in its folder and waits.
  func run(_ script: String, in folder: String) -> Outcome {
    guard let path = executablePath else { return .missing }
    let process = Process()
    process.executableURL = URL(filePath: path)
    // -d keeps the user's own settings out.
    process.arguments = ["-d", "./\(script)"]
    process.currentDirectoryURL = URL(filePath: folder, directoryHint: .isDirectory)
    process.environment = Self.environment
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

  private var executablePath: String? {
    if executable.contains("/") { return executable }
    return (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(executable)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// What the user's own settings would change in the pictures is taken out.
  private static var environment: [String: String] {
    var variables = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("GNUPLOT") && !["GNUTERM", "GDFONTPATH"].contains($0.key) }
    variables["LC_ALL"] = "C.UTF-8"
    return variables
  }
}
