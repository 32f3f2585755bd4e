import Configuration
import Testing

struct FieldsTests {
  @Test func theExampleOfTheHouse() {
    let lines = complaints("epocs: 3\n") { _ = $0.int("epochs", default: 1) }
    #expect(lines == ["a.yaml:1:1: unknown key 'epocs' in stage 'spn'; did you mean 'epochs'?"])
  }

  @Test func namedNumbersHaveNoOrder() throws {
    let read = { (fields: Fields) in _ = fields.namedNumbers("lines") }
    let one = try resolved("lines: {b: 1, a: 0.5}\n", read)
    #expect(one == (try resolved("lines: {a: 0.5, b: 1.0}\n", read)))
    #expect(one["lines"] == .mapping(["a": .real(0.5), "b": .real(1)]))
    #expect(try resolved("lines: null\n", read)["lines"] == nil)
    #expect(
      complaints("lines: {a: 1, b: .nan, c: [1]}\n", read) == [
        "a.yaml:1:18: expected a number for 'b' in lines of stage 'spn', found '.nan'",
        "a.yaml:1:27: expected a number for 'c' in lines of stage 'spn', found a list of 1",
      ])
  }

  @Test func everyMistakeIsToldAtOnceInOrder() {
    let yaml = """
      rate: fast
      count: 3.5
      flag: yes
      cell: [1, x]
      mode: lefft
      extra: 1
      ratio: 2
      name: [a]
      """
    let lines = complaints(yaml) { fields in
      _ = fields.string("name")
      _ = fields.double("ratio", in: 0...1)
      _ = fields.word("mode", of: ["left", "right"])
      _ = fields.ints("cell", count: 2)
      _ = fields.bool("flag")
      _ = fields.int("count")
      _ = fields.double("rate")
      _ = fields.int("needed", in: 1...Int.max)
    }
    #expect(
      lines == [
        "a.yaml:1:1: missing key 'needed' in stage 'spn': expected an integer of at least 1",
        "a.yaml:1:7: expected a number for 'rate' in stage 'spn', found 'fast'",
        "a.yaml:2:8: expected an integer for 'count' in stage 'spn', found '3.5'",
        "a.yaml:3:7: expected true or false for 'flag' in stage 'spn', found 'yes'",
        "a.yaml:4:11: expected an integer for 'cell' in stage 'spn', found 'x'",
        "a.yaml:5:7: expected one of left, right for 'mode' in stage 'spn', found 'lefft'; "
          + "did you mean 'left'?",
        "a.yaml:6:1: unknown key 'extra' in stage 'spn' (known: name, ratio, mode, cell, flag, "
          + "count, rate, needed)",
        "a.yaml:7:8: expected a number from 0.0 to 1.0 for 'ratio' in stage 'spn', found '2'",
        "a.yaml:8:7: expected a text for 'name' in stage 'spn', found a list of 1",
      ])
  }

  @Test(arguments: [
    ("7", 7), ("-7", -7), ("+7", 7), ("60_000", 60000), ("9223372036854775807", Int.max),
  ])
  func integers(text: String, value: Int) {
    let lines = complaints("a: \(text)\n") { #expect($0.int("a") == value) }
    #expect(lines == [])
  }

  @Test(arguments: ["1.0", "1e3", "0x10", "\"1\"", "_1", "1_", "1__0", "9223372036854775808", "~"])
  func noIntegers(text: String) {
    #expect(complaints("a: \(text)\n") { _ = $0.int("a") }.count == 1)
  }

  @Test(arguments: [("1", 1.0), ("1.5e-3", 0.0015), ("-.5", -0.5), ("1_000.5", 1000.5)])
  func reals(text: String, value: Double) {
    let lines = complaints("a: \(text)\n") { #expect($0.double("a") == value) }
    #expect(lines == [])
  }

  @Test(arguments: [".inf", "inf", ".nan", "nan", "1e999", "0x1p3", "e", "'1.0'", "[1]"])
  func noReals(text: String) {
    #expect(complaints("a: \(text)\n") { _ = $0.double("a") }.count == 1)
  }

  @Test func fallbacksAreHarmless() {
    _ = complaints("a: x\nb: 100\nc: [1]\nd: 3\n") { fields in
      #expect(fields.int("a", in: 2...5) == 2)
      #expect(fields.int("b", default: 4, in: 2...5) == 4)
      #expect(fields.ints("c", count: 2, in: 1...9) == [1, 1])
      #expect(fields.word("d", of: ["u", "v"]) == "u")
      #expect(fields.optionalInt("a") == nil)
    }
  }

  @Test func nullsAndOptionals() {
    let lines = complaints("a: ~\nb:\nc: \"null\"\n") { fields in
      #expect(fields.optionalString("a") == nil)
      #expect(fields.optionalDouble("b") == nil)
      #expect(fields.optionalString("c") == "null")
      #expect(fields.optionalString("none") == nil)
      #expect(fields.has("a") && !fields.has("none"))
    }
    #expect(lines == [])
  }

  @Test func nestedMappingsAreStrictToo() {
    let lines = complaints("opt: {rate: 1, momentm: 2}\nlist: [{a: 1}, {b: 2}]\nbad: 3\n") {
      let opt = $0.nested("opt")
      _ = opt?.double("rate")
      _ = opt?.double("momentum", default: 0)
      for item in $0.nestedList("list") { _ = item.int("a", default: 0) }
      _ = $0.nested("bad")
      #expect($0.nested("absent") == nil)
    }
    #expect(
      lines == [
        "a.yaml:1:16: unknown key 'momentm' in opt of stage 'spn'; did you mean 'momentum'?",
        "a.yaml:2:17: unknown key 'b' in list of stage 'spn'; did you mean 'a'?",
        "a.yaml:3:6: expected a mapping for bad of stage 'spn', found '3'",
      ])
  }

  @Test func complaintsOfMeaningStandAtTheirKey() {
    let lines = complaints("a: 3\n") {
      if $0.int("a") % 2 == 1 { $0.complain("a", "must be even, found 3") }
    }
    #expect(lines == ["a.yaml:1:4: a of stage 'spn': must be even, found 3"])
  }

  @Test func resolvedFillsDefaultsAndSortsKeys() throws {
    func read(_ yaml: String) throws -> String {
      try resolved(yaml) { fields in
        _ = fields.double("rate", default: 1)
        _ = fields.int("count", default: 2)
        _ = fields.strings("names", default: ["é\n"])
        _ = fields.location("place", default: "here")
        _ = fields.capacity("memory", default: 1, in: 0...9)
        _ = fields.optionalInt("maybe")
        _ = fields.nested("inner")?.bool("flag", default: true)
      }.canonicalText
    }
    let text = try read("inner: {}\n")
    #expect(
      text == #"{"count":2,"inner":{"flag":true},"names":["é\n"],"rate":1.0}"#)
    #expect(try read("rate: 1.0\ninner: {flag: true}\nplace: there\ncount: 2\nmemory: 7\n") == text)
    #expect(try read("rate: 1.5\ninner: {}\n") != text)
  }

  @Test(arguments: [
    ("epocs", "epochs"), ("ecpohs", "epochs"), ("Epochs", "epochs"), ("sede", "seed"),
    ("zzzzzz", nil), ("", nil),
  ])
  func suggestions(word: String, meant: String?) {
    #expect(nearest(to: word, among: ["seed", "epochs", "rate"]) == meant)
  }
}
