/// Text in the columns of a terminal.
package enum TerminalText {
  /// Columns that a text takes: two for an ideograph or a picture, none for a mark on the letter before.
  package static func columns(of text: String) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  private static func columns(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.properties.isDefaultIgnorableCodePoint { return 0 }
    let isWide = wide.contains { $0.contains(first.value) } || first.properties.isEmojiPresentation
    return isWide ? 2 : 1
  }

  /// East Asian scripts and signs of full width.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  /// The beginning of a text, ending in an ellipsis where something was cut off.
  package static func clipped(_ text: String, to width: Int) -> String {
    guard columns(of: text) > width else { return text }
    var kept = ""
    var used = 1
    for character in text {
      used += columns(of: character)
      if used > width { break }
      kept.append(character)
    }
    return width > 0 ? kept + "\u{2026}" : ""
  }

  /// A text in lines of at most `width` columns, broken between words; further lines are indented. A
  /// word that is wider, such as a path, stays whole: it can be copied.
  package static func wrapped(_ text: String, to width: Int) -> [String] {
    guard columns(of: text) > width else { return [text] }
    let indent = "  "
    // What the text begins with stays there.
    let lead = text.prefix { $0 == " " }
    var lines: [String] = []
    var line = String(lead)
    var isEmpty = true
    for word in text.dropFirst(lead.count).split(separator: " ") {
      if !isEmpty, columns(of: line) + 1 + columns(of: String(word)) > width {
        lines.append(line)
        (line, isEmpty) = (lead + indent, true)
      }
      line += isEmpty ? String(word) : " \(word)"
      isEmpty = false
    }
    return lines + [line]
  }
}

/// 4096 as `4,096`.
package func grouped(_ number: Int) -> String {
  let digits = Array(String(number).reversed())
  return stride(from: 0, to: digits.count, by: 3).map { start in
    String(digits[start..<min(start + 3, digits.count)].reversed())
  }.reversed().joined(separator: ",")
}
