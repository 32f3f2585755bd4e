import Configuration
import Files

/// A figure that could not be drawn.
package enum FigureFault: Fault, Equatable {
  /// A figure's name becomes file names, so it may not lead elsewhere.
  case badName(String)
  /// gnuplot failed, with its message.
  case gnuplotFailed(script: String, message: String)
  /// The picture is cut off: gnuplot does not check for a full disk, or reported one.
  case incomplete(path: String)

  package var exitCode: ExitCode {
    switch self {
    case .badName: return .configuration
    case .gnuplotFailed: return .internalError
    case .incomplete: return .inputOutput
    }
  }

  package var description: String {
    switch self {
    case .badName(let name):
      return
        "figure \(printable(name)): expected a name for files, without '/' or control characters"
    case .gnuplotFailed(let script, let message):
      return "\(printable(script)): gnuplot failed: \(Self.oneLine(message))"
    case .incomplete(let path):
      return "\(printable(path)): gnuplot wrote an incomplete picture; is the disk full?"
    }
  }

  /// gnuplot shows the line, a caret below it, and then what is wrong: only the last is for us.
  private static func oneLine(_ message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline)
      .map { $0.drop { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty && $0 != "^" }
    return printable(String(lines.last ?? "no message"))
  }
}
