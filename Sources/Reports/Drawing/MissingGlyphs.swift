/// The characters of a drawing for which its font has no glyph, and the words that they are in. A
/// viewer takes another font for them, or draws boxes with their numbers.
package struct MissingGlyphs: Hashable, Sendable {
  package let characters: [Character]
  /// The texts that have one, as the drawing writes them.
  package let texts: [String]

  private static let mostShown = 6

  /// Of an SVG file's text; nil where all glyphs are there.
  init?(inSVG svg: String) {
    var texts: [String] = []
    var characters: [Character] = []
    // Outside of tags stands what is shown. Our files and gnuplot's have no other character data.
    for piece in svg.split(separator: "<", omittingEmptySubsequences: true) {
      guard let end = piece.firstIndex(of: ">") else { continue }
      let text = Self.unescaped(piece[piece.index(after: end)...])
      let missing = text.filter { !$0.unicodeScalars.allSatisfy(Self.isDrawn) }
      if missing.isEmpty { continue }
      if !texts.contains(text) { texts.append(text) }
      for character in missing where !characters.contains(character) {
        characters.append(character)
      }
    }
    if texts.isEmpty { return nil }
    (self.texts, self.characters) = (texts, characters)
  }

  /// As it was before it became XML, without white space around it.
  private static func unescaped(_ text: Substring) -> String {
    let trimmed = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(
      String(trimmed)
    ) { $0.replacing($1.0, with: $1.1) }
  }

  /// Variation selectors and joiners have no glyph of their own.
  private static func isDrawn(_ scalar: Unicode.Scalar) -> Bool {
    FontCoverage.contains(scalar) || scalar.properties.isDefaultIgnorableCodePoint
      || scalar.properties.isWhitespace
  }

  /// One line for people.
  package var description: String {
    func list(_ items: [String]) -> String {
      let more = items.count > Self.mostShown ? " and \(items.count - Self.mostShown) more" : ""
      return items.prefix(Self.mostShown).joined(separator: ", ") + more
    }
    return
      "the figures' font, DejaVu Sans, has no glyph for \(list(characters.map(String.init))), in "
      + "\(list(texts.map { "\u{2018}\($0)\u{2019}" })): they are shown in another font, or as boxes; "
      + "write these names with other letters"
  }
}
