import Files

/// The style of a text: DejaVu Sans, whose widths are known, in one size, weight and colour.
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
  package func width(of text: String) -> Double { width(units: face.units(of: printable(text))) }

  private var face: DejaVuSans { isBold ? .bold : .regular }

  private func width(units: Int) -> Double {
    Double(units) * size / Double(DejaVuSans.unitsPerEm)
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
    let space = face.units(of: " ")
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in Self.words(of: text) {
      let units = face.units(of: word)
      if !line.isEmpty && self.width(units: used + space + units) <= width {
        line += " \(word)"
        used += space + units
        continue
      }
      if !line.isEmpty { lines.append(line) }
      var pieces = self.width(units: units) <= width ? [word] : broken(word, to: width)
      line = pieces.removeLast()
      used = face.units(of: line)
      lines += pieces
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// A word's pieces, each as wide as fits; at least one.
  private func broken(_ word: String, to width: Double) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var used = 0
    for character in word {
      let units = face.units(of: String(character))
      if !piece.isEmpty && self.width(units: used + units) > width {
        pieces.append(piece)
        (piece, used) = ("", 0)
      }
      piece.append(character)
      used += units
    }
    return pieces + [piece]
  }
}

package enum TextAlignment: Sendable {
  case left, centre, right
}
