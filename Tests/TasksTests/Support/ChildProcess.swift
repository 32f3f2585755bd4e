import Files
import Foundation
import Testing

/// What a command printed and how it ended.
struct Ended {
  let status: Int32
  let wasKilled: Bool
  let output: String
  let errors: String

  /// Lines on stderr.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
}

/// The built `tessera`, as a user runs it.
enum Tessera {
  /// The products of a build lie in one folder, this test's among them.
  static let executable = URL(filePath: CommandLine.arguments.first ?? "")
    .resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "tessera")

  static func run(
    _ arguments: String..., in sandbox: Sandbox, environment: [String: String] = [:]
  ) throws -> Ended {
    try run(arguments, in: sandbox, environment: environment)
  }

  static func run(
    _ arguments: [String], in sandbox: Sandbox, environment: [String: String] = [:]
  ) throws -> Ended {
    try Child(arguments, in: sandbox, environment: environment).wait()
  }
}

/// A running child; its output goes to files, so that no full pipe can stop it.
final class Child {
  private let process = Process()
  private let outputPath: String
  private let errorsPath: String

  init(
    _ arguments: [String], in sandbox: Sandbox, environment: [String: String] = [:],
    output: FileHandle? = nil
  ) throws {
    let logs = joinPath(sandbox.root, ".logs")
    try DurableFile.createFolder(logs)
    let number = UUID().uuidString
    outputPath = joinPath(logs, "\(number).out")
    errorsPath = joinPath(logs, "\(number).err")
    for path in [outputPath, errorsPath] { try Data().write(to: URL(filePath: path)) }
    process.executableURL = Tessera.executable
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: sandbox.root)
    process.environment = ProcessInfo.processInfo.environment
      .filter { $0.key != "TESSERA_DATA" }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try output ?? FileHandle(forWritingTo: URL(filePath: outputPath))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errorsPath))
    try process.run()
  }

  var identifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var errorsSoFar: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

  func wait() throws -> Ended {
    process.waitUntilExit()
    return Ended(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: try String(contentsOfFile: outputPath, encoding: .utf8), errors: errorsSoFar)
  }

  /// Sends a signal once `condition` holds; fails if the child ends before.
  func signal(_ number: Int32, when condition: () -> Bool) throws -> Ended {
    let deadline = Date().addingTimeInterval(20)
    while isRunning, Date() < deadline, !condition() { usleep(2_000) }
    #expect(isRunning, "the child ended before the signal: \(errorsSoFar)")
    kill(identifier, number)
    return try wait()
  }
}
