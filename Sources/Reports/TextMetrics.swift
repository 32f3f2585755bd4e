import Files

/// Widths of text, so that the layout of a chart is known before gnuplot draws it.
enum TextMetrics {
  /// Advance widths of DejaVu Sans, the printable ASCII characters from space to tilde, in
  /// thousandths of the font's size; from the font's `hmtx` table.
  private static let ascii: [Double] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
  ]

  /// In pixels, at the charts' one size. Rather too wide than too narrow: a browser without the
  /// font takes another.
  static func width(_ text: String) -> Double {
    let thousandths = text.unicodeScalars.reduce(0.0) { $0 + advance($1) }
    return thousandths / 1000 * ChartLayout.fontSize * 1.03
  }

  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    switch scalar.value {
    case 32...126: ascii[Int(scalar.value) - 32]
    // Raised and lowered digits.
    case 0xB2, 0xB3, 0xB9, 0x2070...0x209C: 401
    // Others are at most as wide as a minus sign; scripts of the far East fill a square.
    case ..<0x2E80: 838
    default: 1000
    }
  }

  /// A text cut to a width, so that it ends in an ellipsis and not at the canvas' edge.
  static func fitted(_ text: String, into limit: Double) -> String {
    let text = printable(text)
    guard width(text) > limit else { return text }
    var kept = ""
    var used = width("\u{2026}")
    for character in text {
      used += width(String(character))
      if used > limit { break }
      kept.append(character)
    }
    return kept + "\u{2026}"
  }

  /// A text in lines of at most a width, broken at spaces; nil if it takes more than `most` lines,
  /// or a word is too wide.
  static func wrapped(_ text: String, into limit: Double, most: Int) -> [String]? {
    var lines: [String] = []
    for word in printable(text).split(separator: " ", omittingEmptySubsequences: true) {
      guard width(String(word)) <= limit else { return nil }
      if let last = lines.last, width("\(last) \(word)") <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.count <= most ? lines : nil
  }
}
