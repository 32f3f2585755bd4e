import Files
import Foundation

/// `tessera` as a shell starts it: `$0` is the program.
enum Shell {
  /// How a script ended, with what `errors` and `output` in the sandbox hold if it wrote them.
  static func run(_ script: String, in sandbox: Sandbox) throws -> Ended {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", script, Tessera.executable.path]
    shell.currentDirectoryURL = URL(filePath: sandbox.root)
    shell.environment = ProcessInfo.processInfo.environment.filter { $0.key != "TESSERA_DATA" }
    shell.standardInput = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    return Ended(
      status: shell.terminationStatus, wasKilled: shell.terminationReason == .uncaughtSignal,
      output: (try? sandbox.text("output")) ?? "", errors: (try? sandbox.text("errors")) ?? "")
  }
}
