/// A mistake that lies outside the program: in the input, the configuration, the disk or the call.
///
/// Errors that can reach a user conform, so that the command prints one line and exits with the
/// right code. A broken invariant of our own is a `precondition`, never a fault.
package protocol Fault: Error, CustomStringConvertible {
  /// What the process exits with if nobody handles this.
  var exitCode: ExitCode { get }
  /// One line: file and position first, then expected, found, and a way out.
  var description: String { get }
}

/// The exit codes of `tessera` (those of sysexits.h, and 128 + signal).
package enum ExitCode: Int32, Sendable {
  case usage = 64
  case badData = 65
  case noInput = 66
  case missingTool = 69
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  case tryAgain = 75
  case configuration = 78
  case interrupted = 130
  case terminated = 143
}
