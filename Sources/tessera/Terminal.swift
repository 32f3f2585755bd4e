import Configuration
import Foundation
import Workflow

/// Output to the terminal: data to stdout, everything else to stderr.
enum Terminal {
  /// One message on stderr: a line, on a terminal as many as it has room for, broken between words.
  static func message(_ line: String) {
    let lines = isInteractive ? TerminalText.wrapped(line, to: width) : [line]
    FileHandle.standardError.write(quietly: lines.joined(separator: "\n") + "\n")
  }

  /// The terminal's current line, written again. A terminal that went away is no fault.
  static func rewrite(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(line)".utf8))
  }

  /// One line of data on stdout.
  static func output(_ line: String) {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno == EPIPE {
        // A reader that closed the pipe has read enough.
        return
      } else if errno != EINTR {
        failOutput(errno)
      }
    }
  }

  /// Ends the program because its output cannot be written.
  static func failOutput(_ code: Int32) -> Never {
    message("tessera: standard output: \(String(cString: strerror(code)))")
    exit(ExitCode.inputOutput.rawValue)
  }

  /// Whether stderr is a terminal that can rewrite its line.
  static var isInteractive: Bool {
    let term = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    return isatty(STDERR_FILENO) == 1 && term != "dumb" && !term.isEmpty
  }

  /// Whether a person reads stdout.
  static var outputIsInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns of the terminal, 80 where it does not say.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

extension FileHandle {
  /// Ignores that the stream was closed, which is the reader's choice.
  fileprivate func write(quietly text: String) {
    try? write(contentsOf: Data(text.utf8))
  }
}
