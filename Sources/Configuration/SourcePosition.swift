/// A place in a configuration file, for messages: `Pipelines/x.yaml:12:5`.
package struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it, or `--set path.to.key` for an override.
  package let file: String
  /// From 1; 0 where there are no lines (an override).
  package let line: Int
  /// From 1, in Unicode scalars.
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The place of everything given by one `--set`.
  package static func override(_ path: String) -> SourcePosition {
    SourcePosition(file: "--set \(path)", line: 0, column: 0)
  }

  package var isOverride: Bool { line == 0 }

  package var description: String {
    line > 0 ? "\(file.printable):\(line):\(column)" : file.printable
  }
}

extension SourcePosition: Comparable {
  package static func < (a: SourcePosition, b: SourcePosition) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

extension String {
  /// The text fit for one line: everything escaped that could break it, move a terminal's cursor, hide or
  /// reorder text, as `\n`, `\t`, `\r` or `\u{1B}`. Names come from files and are data.
  package var printable: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
          result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// The text in single quotes, control characters escaped: for names inside messages.
  package var quoted: String { "'\(printable)'" }
}
