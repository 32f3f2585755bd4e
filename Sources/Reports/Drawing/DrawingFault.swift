import Configuration
import Files

/// A drawing that could not be made or written.
package enum DrawingFault: Fault, Equatable {
  /// A drawing's name becomes file names, so it may not lead elsewhere.
  case badName(String)
  /// An SVG file that can't stand inside another.
  case notNestable(path: String, reason: String)
  /// What a page is to show needs more room than it has, at the smallest letters and figures.
  case pageOverflow(needed: Int, available: Int)
  /// rsvg-convert failed, with its message.
  case rendererFailed(path: String, message: String)
  /// The picture is cut off: the disk is full or failing.
  case incomplete(path: String)

  package var exitCode: ExitCode {
    switch self {
    case .badName, .pageOverflow: return .configuration
    case .notNestable: return .badData
    case .rendererFailed: return .internalError
    case .incomplete: return .inputOutput
    }
  }

  package var description: String {
    switch self {
    case .badName(let name):
      return
        "drawing \(printable(name)): expected a name for files, without '/' or control characters"
    case .notNestable(let path, let reason):
      return "\(printable(path)): cannot be shown inside another figure: \(printable(reason))"
    case .pageOverflow(let needed, let available):
      return "page: a column needs \(needed) units of height and has \(available); "
        + "expected less text or fewer figures"
    case .rendererFailed(let path, let message):
      return "\(printable(path)): rsvg-convert failed: \(Self.oneLine(message))"
    case .incomplete(let path):
      return "\(printable(path)): rsvg-convert wrote an incomplete picture; is the disk full?"
    }
  }

  private static func oneLine(_ message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline)
    return printable(String(lines.first ?? "no message"))
  }
}
