import Configuration
import Testing

struct ResolvedValueTests {
  private let value = ResolvedValue.mapping([
    "b": .list([.integer(-1), .real(0.1), .real(1), .real(1e-300)]),
    "a": .string("q\"\\\n\u{1B}\u{7F}é😀"), "": .boolean(false), "Z": .null,
    "m": .mapping(["x": .list([.mapping([:]), .list([])])]),
  ])

  @Test func writtenAndReadBack() throws {
    #expect(try ResolvedValue(json: value.canonicalText) == value)
    #expect(try ResolvedValue(json: value.jsonText) == value)
  }

  @Test func canonicalTextIsFixed() {
    #expect(
      value.canonicalText
        == #"{"":false,"Z":null,"a":"q\"\\\n\u001b\u007fé😀","b":[-1,0.1,1.0,1e-300],"m":{"x":[{},[]]}}"#
    )
  }

  @Test func textForPeople() {
    let value = ResolvedValue.mapping([
      "a": .list([.integer(1), .integer(2)]), "b": .list([.mapping(["c": .real(2)])]),
    ])
    #expect(
      value.jsonText == "{\n  \"a\": [1, 2],\n  \"b\": [\n    {\n      \"c\": 2.0\n    }\n  ]\n}")
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01x", "+1", "\"", "\"\n\"", "nul", "1 2",
    "\"\\x\"", "\"\\ud800\"", "\"\\u+123\"", "inf", "NaN", "{a:1}",
    String(repeating: "[", count: 100_000),
  ])
  func badJSONIsRefused(text: String) {
    #expect(throws: JSONFault.self) { try ResolvedValue(json: text) }
  }

  @Test func escapesOfOthersAreRead() throws {
    let read = try ResolvedValue(json: #" { "a\u0062\/" : "\ud83d\ude00" } "#)
    #expect(read["ab/"]?.string == "😀")
  }
}
