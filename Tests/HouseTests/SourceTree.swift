import Foundation

/// The package's own sources, as text.
struct SourceTree {
  struct File {
    /// The folder in `Sources`, which is the target's name.
    let target: String
    let name: String
    /// From the package's root, for messages.
    let path: String
    /// Without comments and string literals: what the compiler acts upon, line by line.
    let code: [Substring]

    /// The modules that it imports.
    var imports: [String] {
      let statement =
        /^\s*(?:(?:@\w+(?:\([^)]*\))?|[a-z]+)\s+)*import\s+(?:[a-z]+\s+)?(\w+)/
      return code.filter { $0.utf8.count < 400 && $0.contains("import ") }
        .flatMap { $0.split(separator: ";") }
        .compactMap { $0.firstMatch(of: statement).map { String($0.output.1) } }
    }
  }

  /// The package's root: the folder above `Tests`.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Read once for all tests.
  static let loaded = Result { try SourceTree() }

  let files: [File]
  /// The folders in `Sources`.
  let targets: Set<String>

  private init() throws {
    let sources = Self.root.appending(path: "Sources")
    let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path).sorted()
    targets = Set(names.filter { $0.contains("/") }.map { Self.firstComponent($0) })
    files = try names.filter { $0.hasSuffix(".swift") }.map { name in
      let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
      return File(
        target: Self.firstComponent(name),
        name: name.split(separator: "/").last.map(String.init) ?? name,
        path: "Sources/\(name)", code: Self.code(of: text))
    }
  }

  private static func firstComponent(_ path: String) -> String {
    String(path.prefix { $0 != "/" })
  }

  /// The lines without comments and string literals, roughly as the compiler would see them.
  /// What is interpolated into a string goes with it.
  static func code(of text: String) -> [Substring] {
    var code: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      let mark = Self.marks.first { $0.first == byte && rest.starts(with: $0.opening.utf8) }
      guard let mark else {
        code.append(byte)
        rest.removeFirst()
        continue
      }
      rest = rest.dropFirst(mark.opening.utf8.count)
      while let byte = rest.first, !rest.starts(with: mark.closing.utf8) {
        // Line ends stay, so that lines keep their numbers.
        if byte == UInt8(ascii: "\n") { code.append(byte) }
        rest.removeFirst()
        if mark.hasEscapes && byte == UInt8(ascii: "\\") && rest.first != UInt8(ascii: "\n") {
          rest = rest.dropFirst()
        }
      }
      // What stood here still separates what stands beside it; a line's end is not the comment's.
      code.append(UInt8(ascii: " "))
      if mark.closing != "\n" { rest = rest.dropFirst(mark.closing.utf8.count) }
    }
    return String(decoding: code, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  private struct Mark {
    let opening: String
    let closing: String
    let hasEscapes: Bool
    var first: UInt8? { opening.utf8.first }
  }

  private static let marks = [
    Mark(opening: "//", closing: "\n", hasEscapes: false),
    Mark(opening: "/*", closing: "*/", hasEscapes: false),
    Mark(opening: "\"\"\"", closing: "\"\"\"", hasEscapes: true),
    Mark(opening: "\"", closing: "\"", hasEscapes: true),
  ]
}
