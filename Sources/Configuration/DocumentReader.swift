import Foundation
import Yams

extension Document {
  /// The largest configuration file that is read.
  package static let largestFile = 1 << 20

  /// Reads a YAML file.
  ///
  /// Throws: `ConfigurationFault` with every position; `UnreadableFile` where there is none to read.
  package init(path: String) throws {
    let bytes = try Document.bytes(of: path)
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw ConfigurationFault(
        "text in UTF-16; save the file as UTF-8",
        at: SourcePosition(file: path, line: 1, column: 1))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationFault("not UTF-8 text", at: Document.firstInvalid(in: bytes, file: path))
    }
    try self.init(text: text, file: path)
  }

  /// Reads YAML text; `file` is what messages call it.
  package init(text: String, file: String) throws {
    // A byte order mark, which some editors put first, is no part of the text.
    let text =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    let diagnostics = Diagnostics()
    var scanner = DocumentScanner(text: text, file: file, diagnostics: diagnostics)
    guard scanner.scan() else { throw ConfigurationFault(diagnostics.all) }
    let node: Node?
    do {
      node = try Parser(yaml: text, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw ConfigurationFault([error.diagnostic(file: file, text: text)])
    }
    let start = SourcePosition(file: file, line: 1, column: 1)
    guard let node else { throw ConfigurationFault("the file is empty", at: start) }
    let root = Document.value(of: node, file: file, diagnostics: diagnostics)
    try diagnostics.throwIfAny()
    self.init(file: file, root: root)
  }

  private static func firstInvalid(in bytes: [UInt8], file: String) -> SourcePosition {
    let valid = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\u{FFFD}" }
    return SourcePosition.end(of: String(valid), file: file)
  }

  private static func value(
    of node: Node, file: String, diagnostics: Diagnostics
  ) -> Document.Value {
    let position = SourcePosition(
      file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    switch node {
    case .scalar(let scalar):
      return Value(.scalar(scalar.string, isPlain: scalar.style == .plain), at: position)
    case .sequence(let items):
      return Value(
        .sequence(items.map { value(of: $0, file: file, diagnostics: diagnostics) }), at: position)
    case .mapping(let pairs):
      let entries = Document.entries(of: pairs, file: file, diagnostics: diagnostics)
      return Value(.mapping(entries), at: position)
    case .alias:
      diagnostics.add("aliases (*) are not allowed", at: position)
      return Value(.scalar("", isPlain: true), at: position)
    }
  }

  private static func entries(
    of pairs: Node.Mapping, file: String, diagnostics: Diagnostics
  ) -> [Entry] {
    var entries: [Entry] = []
    var seen: Set<String> = []
    for (keyNode, valueNode) in pairs {
      let key = value(of: keyNode, file: file, diagnostics: diagnostics)
      guard case .scalar(let name, _) = key.content, !name.isEmpty else {
        diagnostics.add("a key must be a word, found \(key.found)", at: key.position)
        continue
      }
      // The parser compares keys by type as well: to it, 1 and "1" differ.
      guard seen.insert(name).inserted else {
        diagnostics.add(YamlError.duplicateMessage([name]), at: key.position)
        continue
      }
      entries.append(
        Entry(
          key: name, keyPosition: key.position,
          value: value(of: valueNode, file: file, diagnostics: diagnostics)))
    }
    return entries
  }
}

extension YamlError {
  static func duplicateMessage(_ keys: [String]) -> String {
    let names = keys.map(\.quoted).joined(separator: ", ")
    return "duplicate key \(names): given more than once in the same mapping"
  }

  fileprivate func diagnostic(file: String, text: String) -> Diagnostic {
    func at(_ mark: Mark, _ message: String) -> Diagnostic {
      Diagnostic(
        position: SourcePosition(
          file: file, line: max(1, mark.line), column: max(1, mark.column)),
        message: message)
    }
    switch self {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      let place = context.map { " (\($0.text) at \($0.mark.line):\($0.mark.column))" } ?? ""
      return at(mark, "not valid YAML: \(problem)\(place)")
    case .composer(_, let problem, let mark, _):
      return at(mark, "expected one document in the file, \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return at(context.mark, YamlError.duplicateMessage(duplicates))
    case .reader(let problem, let offset, _, _):
      let before = String(text.prefix(offset ?? 0))
      return Diagnostic(
        position: .end(of: before, file: file), message: "not valid YAML: \(problem)")
    default:
      return Diagnostic(
        position: SourcePosition(file: file, line: 1, column: 1),
        message: "not valid YAML: \("\(self)".printable)")
    }
  }
}

extension SourcePosition {
  /// Where text that follows `prefix` begins.
  fileprivate static func end(of prefix: String, file: String) -> SourcePosition {
    let lines = prefix.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return SourcePosition(
      file: file, line: max(1, lines.count), column: (lines.last?.unicodeScalars.count ?? 0) + 1)
  }
}
