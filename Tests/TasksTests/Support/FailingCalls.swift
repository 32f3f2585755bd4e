import Files
import Foundation
import Testing

/// The library of the torture tests, whose system calls fail or kill where they are told to.
struct FailingCalls {
  /// In its order of counts.
  static let families = [
    "open", "read", "write", "sync", "rename", "stat", "close", "mkdir", "unlink", "truncate",
  ]
  private static let recordBytes = 4_096

  private let sandbox: Sandbox
  private var library: String { sandbox.path(".failing_io.so") }
  private var record: String { sandbox.path(".record") }

  init(in sandbox: Sandbox) throws {
    self.sandbox = sandbox
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    // The Swift toolchain includes clang.
    let build =
      "exec $(command -v clang || command -v cc || command -v gcc) -O1 -shared -fPIC -o \"$0\" \"$1\" -ldl"
    let compiler = try Process.run(
      URL(filePath: "/bin/sh"),
      arguments: ["-c", build, library, tests.appending(path: "Torture/failing_io.c").path])
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
  }

  /// - Parameters:
  ///   - number: of the call of its family that is disturbed, from 1; 0 for none.
  ///   - error: an errno by name, or `KILL`.
  func run(_ arguments: [String], _ family: String, _ number: Int, _ error: String) throws -> Ended
  {
    try DurableFile.write([UInt8](repeating: 0, count: Self.recordBytes), to: record)
    return try Child(
      arguments, in: sandbox,
      environment: [
        "LD_PRELOAD": library, "TORTURE_ROOT": sandbox.root, "TORTURE_RECORD": record,
        "TORTURE_FAMILY": family, "TORTURE_AT": "\(number)", "TORTURE_ERROR": error,
      ]
    ).wait()
  }

  /// How many calls of a family the last run made.
  func count(_ family: String) throws -> Int {
    let place = try #require(Self.families.firstIndex(of: family))
    let bytes = try FileBytes.read(record)
    return (0..<8).reduce(0) { $0 | Int(bytes[place * 8 + $1]) << (8 * $1) }
  }
}
