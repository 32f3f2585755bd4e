import Configuration
import Testing

private struct Refused: Error, CustomStringConvertible { let description = "no such number" }

private let structures = Catalogue<String>(
  "structures",
  [
    .init("poon-domingos", "all splits of a grid") { fields in
      "pd \(fields.ints("steps", default: [4, 1]))"
    },
    .init("quad-tree", "four and four") { fields in "qt \(fields.int("depth"))" },
    .init("picky", "never content") { _ in throw Refused() },
  ])

struct CatalogueTests {
  @Test func aWordAndAMappingAreTheSame() throws {
    let word = try resolved("s: poon-domingos\n") {
      #expect($0.choice("s", from: structures) == "pd [4, 1]")
    }
    let mapping = try resolved("s: {steps: [4, 1], kind: poon-domingos}\n") {
      #expect($0.choice("s", from: structures) == "pd [4, 1]")
    }
    let absent = try resolved("{}\n") {
      #expect($0.choice("s", from: structures, default: "poon-domingos") == "pd [4, 1]")
    }
    #expect(word.canonicalText == #"{"s":{"kind":"poon-domingos","steps":[4,1]}}"#)
    #expect(mapping == word)
    #expect(absent == word)
  }

  @Test(arguments: [
    (
      "s: pon-domingos",
      "a.yaml:1:4: unknown kind 'pon-domingos' for s of stage 'spn': expected one of "
        + "poon-domingos, quad-tree, picky; did you mean 'poon-domingos'?"
    ),
    (
      "s: {kind: zzz, steps: [1]}",
      "a.yaml:1:11: unknown kind 'zzz' for s of stage 'spn': expected one of "
        + "poon-domingos, quad-tree, picky"
    ),
    (
      "s: {kind: poon-domingos, step: [1]}",
      "a.yaml:1:26: unknown key 'step' in s of stage 'spn'; did you mean 'steps'?"
    ),
    ("s: {steps: [1]}", "a.yaml:1:4: missing key 'kind' in s of stage 'spn': expected a text"),
    (
      "s: quad-tree",
      "a.yaml:1:4: missing key 'depth' in s of stage 'spn': expected an integer"
    ),
    ("s: [quad-tree]", "a.yaml:1:4: expected a mapping for s of stage 'spn', found a list of 1"),
    ("s: picky", "a.yaml:1:4: s of stage 'spn': no such number"),
    (
      "{}",
      "a.yaml:1:1: missing key 's' in stage 'spn': expected one of "
        + "poon-domingos, quad-tree, picky"
    ),
  ])
  func mistakes(yaml: String, line: String) {
    #expect(complaints(yaml) { _ = $0.choice("s", from: structures) } == [line])
  }

  @Test func listsOfKinds() throws {
    let value = try resolved("s: [poon-domingos, {kind: quad-tree, depth: 2}]\n") {
      #expect($0.choices("s", from: structures) == ["pd [4, 1]", "qt 2"])
    }
    #expect(
      value.canonicalText
        == #"{"s":[{"kind":"poon-domingos","steps":[4,1]},{"depth":2,"kind":"quad-tree"}]}"#)
    _ = try resolved("s: poon-domingos\n") {
      #expect($0.choices("s", from: structures).count == 1)
    }
  }

  @Test func theVocabulary() {
    #expect(structures.kinds.map(\.kind) == ["poon-domingos", "quad-tree", "picky"])
    #expect(structures.kinds[1].summary == "four and four")
  }
}
