import Configuration
import Foundation
import Testing

struct DocumentTests {
  @Test func positionsOfKeysAndValues() throws {
    let document = try Document(text: "# c\na: 1\nb:\n  - x\n  - {c: \"q\"}\n", file: "a.yaml")
    guard case .mapping(let entries) = document.root.content,
      case .sequence(let items) = entries[1].value.content,
      case .mapping(let inner) = items[1].content
    else { return #expect(Bool(false), "wrong shape") }
    #expect("\(entries[0].keyPosition)" == "a.yaml:2:1")
    #expect("\(entries[0].value.position)" == "a.yaml:2:4")
    #expect("\(items[0].position)" == "a.yaml:4:5")
    #expect("\(inner[0].keyPosition)" == "a.yaml:5:6")
    #expect("\(inner[0].value.position)" == "a.yaml:5:9")
    guard case .scalar("q", isPlain: false) = inner[0].value.content else {
      return #expect(Bool(false), "a quoted text is not plain")
    }
  }

  @Test(arguments: [
    ("", "a.yaml:1:1: the file is empty"),
    ("# nothing\n", "a.yaml:1:1: the file is empty"),
    ("a: 1\nb: 2\na: 3\n", "a.yaml:1:1: duplicate key 'a'"),
    ("1: x\n\"1\": y\n", "a.yaml:2:1: duplicate key '1'"),
    ("a: &x 1\nb: *x\n", "a.yaml:1:4: anchors (&) are not allowed"),
    ("a: [1, *x]\n", "a.yaml:1:8: aliases (*) are not allowed"),
    ("{\"a\":*x}\n", "a.yaml:1:6: aliases (*) are not allowed"),
    ("? *x\n: 1\n", "a.yaml:1:3: aliases (*) are not allowed"),
    ("--- *x\n", "a.yaml:1:5: aliases (*) are not allowed"),
    ("a: !!int 3\n", "a.yaml:1:4: tags (!) are not allowed"),
    ("a: |\n  x\n", "a.yaml:1:4: block texts (|) are not allowed"),
    ("a:\n\tb: 1\n", "a.yaml:2:1: a tab cannot indent; use spaces"),
    ("a: 1\n---\nb: 2\n", "a.yaml:2:1: expected one document in the file"),
    ("a: [1, 2\nb: 3\n", "a.yaml:2:"),
    ("a: 'x\n", "a.yaml:"),
    ("[a, b]: 1\n", "a.yaml:1:1: a key must be a word, found a list of 2"),
    ("a: 1\nb: \u{1}\n", "a.yaml:2:4: not valid YAML: control characters are not allowed"),
  ])
  func mistakesHavePlaces(yaml: String, line: String) {
    let lines = complaints(yaml)
    #expect(lines.first?.hasPrefix(line) == true, "got \(lines)")
  }

  @Test func whatLooksLikeAnAliasInQuotesOrCommentsIsText() {
    let yaml = """
      a: "*x and &y"  # *z &z !t
      b: 'it''s *x'
      c: 2 * 3 & 4
      d: x*y
      e: [a*b, "\\"*q"]
      """
    let lines = complaints(yaml) { fields in
      for key in ["a", "b", "c", "d"] { _ = fields.string(key) }
      #expect(fields.string("c") == "2 * 3 & 4")
      #expect(fields.strings("e") == ["a*b", "\"*q"])
    }
    #expect(lines == [])
  }

  @Test func anAliasBombEndsAtOnce() {
    var yaml = "a0: &a0 [x, x]\n"
    for i in 1...40 { yaml += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
    yaml += "? *a40\n: 1\n"
    let lines = complaints(yaml)
    #expect(lines.count >= 41)
    #expect(lines.allSatisfy { $0.contains("not allowed") })
  }

  // Named, because a test's log prints its arguments.
  enum Nesting: String, CaseIterable {
    case lists, mappings, sequences, keys, indentation

    var yaml: String {
      switch self {
      case .lists: String(repeating: "[", count: 100_000)
      case .mappings: String(repeating: "{a: ", count: 100_000)
      case .sequences: String(repeating: "- ", count: 100_000)
      case .keys: String(repeating: "? ", count: 100_000)
      case .indentation:
        (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      }
    }
  }

  @Test(arguments: Nesting.allCases)
  func deepNestingIsRefused(nesting: Nesting) {
    let lines = complaints(nesting.yaml)
    #expect(lines.count == 1 && lines[0].contains("nested too deeply"), "got \(lines.prefix(2))")
  }

  @Test func filesThatAreNoText() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).yaml").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: UnreadableFile.self) { try Document(path: path) }
    _ = FileManager.default.createFile(
      atPath: path, contents: Data([0x61, 0x3A, 0x0A, 0x62, 0xFF]))
    let fault = #expect(throws: ConfigurationFault.self) { try Document(path: path) }
    #expect(fault?.description == "\(path):2:2: not UTF-8 text")
    #expect(fault?.exitCode == .configuration)
    _ = FileManager.default.createFile(
      atPath: path, contents: Data(repeating: 0x23, count: Document.largestFile + 1))
    #expect(throws: ConfigurationFault.self) { try Document(path: path) }
  }

  @Test func namesNeverReachTheTerminalRaw() {
    let lines = complaints("\"a\\n\\e[31mb\": 1\nok: 2\n") { _ = $0.int("ok") }
    #expect(lines == ["a.yaml:1:1: unknown key 'a\\n\\u{1B}[31mb' in stage 'spn' (known: ok)"])
    #expect(SourcePosition(file: "x\ny", line: 1, column: 2).description == "x\\ny:1:2")
  }
}
