/// A pass over the raw text before the parser sees it.
///
/// The parser expands aliases as it reads (an alias bomb as a mapping's key costs exponential time)
/// and recurses once a nesting level, so both must be refused earlier. Tags and block scalars go
/// the same way: no configuration needs them, and without them this scan stays small.
struct DocumentScanner {
  static let deepest = 64
  static let widestIndentation = 256

  private let scalars: [Unicode.Scalar]
  private let file: String
  private let diagnostics: Diagnostics
  private var index = 0
  private var line = 1
  private var column = 1
  private var flowDepth = 0
  private var indicatorsOnLine = 0
  private var isTooDeep = false

  init(text: String, file: String, diagnostics: Diagnostics) {
    scalars = Array(text.unicodeScalars)
    self.file = file
    self.diagnostics = diagnostics
  }

  /// Reports what is refused, and returns whether the text may be given to the parser.
  mutating func scan() -> Bool {
    if peek() == "\u{FEFF}" { index += 1 }
    let before = diagnostics.all.count
    while index < scalars.count, !isTooDeep { scanToken() }
    return diagnostics.all.count == before
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  private func isBlank(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return true }
    return scalar == " " || scalar == "\t" || isBreak(scalar)
  }

  private func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\r" || scalar == "\u{85}" || scalar == "\u{2028}"
      || scalar == "\u{2029}"
  }

  private func isFlowIndicator(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { ",[]{}".unicodeScalars.contains($0) } ?? false
  }

  private mutating func advance() {
    let scalar = scalars[index]
    index += 1
    // A carriage return before a line feed is half of one line break.
    if isBreak(scalar), !(scalar == "\r" && peek() == "\n") {
      line += 1
      column = 1
      indicatorsOnLine = 0
    } else {
      column += 1
    }
  }

  private func complain(_ message: String) {
    diagnostics.add(message, at: SourcePosition(file: file, line: line, column: column))
  }

  private mutating func refuseDepth() {
    complain("nested too deeply (more than \(Self.deepest) levels)")
    isTooDeep = true
  }

  /// Reads one token; on entry the text stands where a token may begin.
  private mutating func scanToken() {
    guard let scalar = peek() else { return }
    if isBreak(scalar) || scalar == " " { return advance() }
    if column > Self.widestIndentation, indicatorsOnLine == 0, flowDepth == 0,
      isFirstOnLine
    {
      return refuseDepth()
    }
    switch scalar {
    case "\t": scanTab()
    case "#": skipLine()
    case "'", "\"": skipQuoted(by: scalar)
    case "&", "*", "!": refuseIndicator(scalar)
    case "|", ">": refuseIndicator(scalar)
    case "[", "{":
      flowDepth += 1
      if flowDepth > Self.deepest { return refuseDepth() }
      advance()
    case "]", "}":
      flowDepth = max(0, flowDepth - 1)
      advance()
    case ",": advance()
    case "-", "?", ":": scanIndicator(scalar)
    default: isDocumentMark ? skip(3) : skipPlain()
    }
  }

  private var isFirstOnLine: Bool {
    var i = index - 1
    while i >= 0, !isBreak(scalars[i]) {
      if scalars[i] != " " { return false }
      i -= 1
    }
    return true
  }

  private var isDocumentMark: Bool {
    guard column == 1, let first = peek(), first == "-" || first == "." else { return false }
    return peek(1) == first && peek(2) == first && isBlank(peek(3))
  }

  private mutating func skip(_ count: Int) {
    for _ in 0..<count where index < scalars.count { advance() }
  }

  private mutating func skipLine() {
    while let scalar = peek(), !isBreak(scalar) { advance() }
  }

  /// `-`, `?` and `:` are indicators before a blank (and inside `[]` and `{}`, the last two always).
  private mutating func scanIndicator(_ scalar: Unicode.Scalar) {
    if isDocumentMark { return skip(3) }
    guard isBlank(peek(1)) || (flowDepth > 0 && scalar != "-") else { return skipPlain() }
    if scalar != ":" { indicatorsOnLine += 1 }
    if indicatorsOnLine > Self.deepest { return refuseDepth() }
    advance()
  }

  private mutating func scanTab() {
    let isIndentation = flowDepth == 0 && isFirstOnLine
    let (tabLine, tabColumn) = (line, column)
    while peek() == "\t" || peek() == " " { advance() }
    guard isIndentation, let next = peek(), !isBreak(next), next != "#" else { return }
    diagnostics.add(
      "a tab cannot indent; use spaces",
      at: SourcePosition(file: file, line: tabLine, column: tabColumn))
  }

  private mutating func refuseIndicator(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "&": complain("anchors (&) are not allowed; write the value where it is used")
    case "*": complain("aliases (*) are not allowed; write the value, or quote the text")
    case "!": complain("tags (!) are not allowed; quote the text if it begins with !")
    default: complain("block texts (\(scalar)) are not allowed; quote the text")
    }
    skipPlain()
  }

  private mutating func skipQuoted(by quote: Unicode.Scalar) {
    advance()
    while let scalar = peek() {
      advance()
      if scalar == "\\", quote == "\"", peek() != nil {
        advance()
      } else if scalar == quote {
        // Two single quotes stand for one.
        guard quote == "'", peek() == "'" else { return }
        advance()
      }
    }
  }

  private mutating func skipPlain() {
    advance()
    while let scalar = peek(), !isBreak(scalar) {
      if scalar == ":", isBlank(peek(1)) || (flowDepth > 0 && isFlowIndicator(peek(1))) { return }
      if flowDepth > 0, isFlowIndicator(scalar) { return }
      if scalar == "#", index > 0, isBlank(scalars[index - 1]) { return }
      advance()
    }
  }
}
