/// A `func` or `init` as it is declared.
struct DeclaredFunction {
  let name: String
  /// Of its first line in the file, from 1.
  let line: Int
  /// The names by which the body knows them.
  let parameters: [String]
  /// Lines between the body's braces; 0 without a body.
  let lines: Int
  /// Whether it is an initialiser that hands each of its parameters to the stored property of that name
  /// and, preconditions apart, does nothing else: a value of many properties has no shorter one.
  let isMemberwise: Bool

  /// Those of a file, in order.
  static func all(in code: [Substring]) -> [DeclaredFunction] {
    let text = Array(code.joined(separator: "\n"))
    var reader = Reader(text: text)
    var found: [DeclaredFunction] = []
    while let function = reader.next() { found.append(function) }
    return found
  }
}

/// Walks the characters of code that has no comments and no strings.
private struct Reader {
  let text: [Character]
  private var place = 0
  private var line = 1

  init(text: [Character]) { self.text = text }

  /// The next declaration, and the walk goes on in its body.
  mutating func next() -> DeclaredFunction? {
    while place < text.count {
      let start = place
      let word = word()
      guard !word.isEmpty else {
        if text[place] == "\n" { line += 1 }
        place += 1
        continue
      }
      guard let name = name(after: word, at: start) else { continue }
      let first = line
      guard let (list, end) = parameterList(from: place) else { continue }
      let body = body(from: end)
      let own = parameters(list)
      return DeclaredFunction(
        name: name, line: first, parameters: own,
        lines: max(body.count { $0 == "\n" } - 1, 0),
        isMemberwise: name == "init" && isMemberwise(own, body))
    }
    return nil
  }

  private func isPartOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private mutating func word() -> String {
    let start = place
    while place < text.count, isPartOfWord(text[place]) { place += 1 }
    return String(text[start..<place])
  }

  /// The name of the function that a word begins to declare; nil for any other word. A call of an
  /// initialiser has a point before it.
  private mutating func name(after word: String, at start: Int) -> String? {
    if word == "init" { return start > 0 && text[start - 1] == "." ? nil : word }
    guard word == "func" else { return nil }
    skipSpace()
    let first = place
    if place < text.count, isPartOfWord(text[place]) { return self.word() }
    // An operator, which ends at the space before its parameters.
    while place < text.count, !text[place].isWhitespace, text[place] != "(" { place += 1 }
    return String(text[first..<place])
  }

  private mutating func skipSpace() {
    while place < text.count, text[place] == " " { place += 1 }
  }

  /// What stands between the parentheses of a declaration whose name ends at `start`, and where they
  /// end; nil where there are none, as behind `init` of a property's accessor.
  private func parameterList(from start: Int) -> (ArraySlice<Character>, end: Int)? {
    var at = start
    if at < text.count, text[at] == "?" || text[at] == "!" { at += 1 }
    while at < text.count, text[at].isWhitespace { at += 1 }
    // Generic parameters have no parentheses.
    if at < text.count, text[at] == "<" {
      while at < text.count, text[at] != "(" { at += 1 }
    }
    guard at < text.count, text[at] == "(" else { return nil }
    let end = end(from: at)
    return (text[at + 1..<end], end + 1)
  }

  /// Where what opens at a place closes.
  private func end(from start: Int) -> Int {
    var depth = 0
    for at in start..<text.count {
      depth += change(at)
      if depth == 0 { return at }
    }
    return text.count - 1
  }

  /// 1 where a bracket opens, -1 where one closes. Those of types follow what they belong to at once;
  /// operators, and the point of an arrow, are none.
  private func change(_ at: Int) -> Int {
    guard at > 0 else { return 0 }
    let before = text[at - 1]
    switch text[at] {
    case "(", "[", "{": return 1
    case ")", "]", "}": return -1
    case "<": return isPartOfWord(before) ? 1 : 0
    case ">":
      if before == ">" { return change(at - 1) }
      return before == "-" || before == "<" || before.isWhitespace ? 0 : -1
    default: return 0
    }
  }

  private func parameters(_ list: ArraySlice<Character>) -> [String] {
    var parts: [[Character]] = [[]]
    var depth = 0
    for at in list.indices {
      depth += change(at)
      if depth == 0 && text[at] == "," {
        parts.append([])
      } else {
        parts[parts.count - 1].append(text[at])
      }
    }
    return parts.compactMap { part in
      let names = part.prefix { $0 != ":" }.split(whereSeparator: \.isWhitespace)
      return names.last.map { String($0) }
    }
  }

  /// From brace to brace; nothing where a line begins another declaration first.
  private func body(from start: Int) -> ArraySlice<Character> {
    var depth = 0
    for at in start..<text.count {
      if depth == 0 && text[at] == "{" {
        var braces = 0
        for last in at..<text.count {
          if text[last] == "{" { braces += 1 }
          if text[last] == "}" { braces -= 1 }
          if braces == 0 { return text[at...last] }
        }
      }
      depth += change(at)
      if depth < 0 || depth == 0 && text[at] == "\n" && endsHere(at + 1) { break }
    }
    return []
  }

  /// Whether a requirement without a body ends before the line that begins at a place.
  private func endsHere(_ start: Int) -> Bool {
    let line = text[start...].prefix { $0 != "\n" }.drop(while: \.isWhitespace)
    guard let first = line.first else { return true }
    return first != "{" && first != "-" && !line.starts(with: "where")
      && !line.starts(with: "throws")
  }

  private func isMemberwise(_ parameters: [String], _ body: ArraySlice<Character>) -> Bool {
    let statements = body.split { $0 == "\n" || $0 == ";" || $0 == "{" || $0 == "}" }
      .map { String($0).filter { $0 != " " } }
      .filter { !$0.isEmpty && !$0.hasPrefix("precondition(") }
    return Set(statements) == Set(parameters.map { "self.\($0)=\($0)" })
  }
}
