import Files

/// How a text looks: DejaVu Sans, whose widths we know, in one size, weight and colour.
package struct TextStyle: Hashable, Sendable {
  /// Of the em square, in units of the drawing.
  package var size: Double
  package var isBold: Bool
  /// "#RRGGBB".
  package var colour: String

  package init(size: Double, isBold: Bool = false, colour: String? = nil) {
    precondition(size > 0, "a text has a size")
    self.size = size
    self.isBold = isBold
    self.colour = colour ?? Palette.text
  }

  /// From line to line.
  package var lineHeight: Double { 1.4 * size }

  /// From a line's top to its baseline: capitals stand in the line's middle.
  var ascent: Double { (lineHeight + Self.capitalHeight * size) / 2 }

  /// Of "H", in em.
  static let capitalHeight = 0.729

  /// Width of a text in one line, without kerning: what is drawn is as wide or slightly narrower.
  package func width(of text: String) -> Double {
    let face = isBold ? DejaVuSans.bold : DejaVuSans.regular
    return printable(text).unicodeScalars.reduce(0) { $0 + face.width(of: $1) } * size
  }

  /// The words between which lines may break: at white space, but not at a no-break space.
  static func words(of text: String) -> [String] {
    text.split { $0.isWhitespace && $0 != "\u{A0}" && $0 != "\u{202F}" }
      .map { printable(String($0)) }
  }

  /// The text in lines of at most a width.
  ///
  /// A word wider than a line is broken within. A text without words gives no lines. A single
  /// character wider than the line gets a line of its own, which is then too wide.
  package func wrap(_ text: String, to width: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in Self.words(of: text) {
      let joined = line.isEmpty ? word : "\(line) \(word)"
      if self.width(of: joined) <= width {
        line = joined
        continue
      }
      if !line.isEmpty { lines.append(line) }
      var pieces = broken(word, to: width)
      line = pieces.removeLast()
      lines += pieces
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// A word's pieces, each as wide as fits; at least one.
  private func broken(_ word: String, to width: Double) -> [String] {
    if self.width(of: word) <= width { return [word] }
    var pieces: [String] = []
    var piece = ""
    for character in word {
      if !piece.isEmpty && self.width(of: piece + String(character)) > width {
        pieces.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    return pieces + [piece]
  }
}

package enum TextAlignment: Sendable {
  case left, centre, right
}
