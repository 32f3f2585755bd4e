import Configuration
import Testing

private let kinds = Catalogue<String>(
  "letters",
  [
    .init("a", "the first letter") { _ in "a" }, .init("b", "the second") { _ in "b" },
  ])

/// What a reader says of its fields, found by letting it read trial documents.
struct FieldExplorationTests {
  private func described(_ read: (Fields) throws -> Void) -> [String: FieldDescription] {
    Dictionary(uniqueKeysWithValues: FieldExploration.describe(read).map { ($0.key, $0) })
  }

  @Test func typesDefaultsAndMeanings() throws {
    let fields = described {
      _ = $0.int("count", default: 3, in: 1...9, meaning: "how many")
      _ = $0.optionalString("title", meaning: "above all")
      _ = $0.ints("size", count: 2, meaning: "height and width")
      _ = $0.choice("letter", from: kinds, default: "b", meaning: "which letter")
      _ = $0.choices("letters", from: kinds, meaning: "all letters")
    }
    #expect(fields["count"]?.types == [.integer(1...9)])
    #expect(fields["count"]?.fallback == .integer(3))
    #expect(fields["count"]?.isRequired == false && fields["count"]?.isNullable == false)
    #expect(fields["count"]?.meaning == "how many")
    #expect(fields["title"]?.types == [.text] && fields["title"]?.isNullable == true)
    #expect(fields["size"]?.types == [.list(.integer(nil), count: 2)])
    #expect(fields["size"]?.isRequired == true)
    #expect(fields["letter"]?.types == [.choice(catalogue: "letters")])
    #expect(fields["letter"]?.fallback == .string("b"))
    #expect(fields["letters"]?.types == [.choices(catalogue: "letters")])
    #expect(fields.values.allSatisfy { $0.condition == nil })
  }

  /// Another word, a flag, and a field that is written lead to further fields, as deep as it goes.
  @Test func fieldsThatAreReadUnderAConditionAreFound() {
    let fields = described { fields in
      if ["two", "three"].contains(fields.word("way", of: ["one", "two", "three"], default: "one"))
      {
        _ = fields.int("width", meaning: "of the way")
      }
      guard fields.bool("on", default: false) else { return }
      if fields.has("extra"), fields.choice("extra", from: kinds) != nil {
        _ = fields.double("depth", default: 1, meaning: "of the extra")
      }
    }
    #expect(fields["way"]?.condition == nil)
    #expect(fields["width"]?.condition == "way: two or three")
    #expect(fields["width"]?.isRequired == false)
    #expect(fields["extra"] != nil)
    #expect(fields["depth"]?.condition == "extra is written")
  }

  @Test func mappingsAreDescribedWithTheirFields() throws {
    let fields = described { fields in
      for item in fields.nestedList("items", meaning: "some") { _ = item.string("name") }
      guard let test = fields.nested("test", meaning: "one of two") else { return }
      if test.has("share") {
        _ = test.double("share", in: 0...1, meaning: "of all")
        _ = test.int("seed", default: 1, meaning: "of the draw")
      } else {
        _ = test.int("last", meaning: "at the end")
      }
    }
    let items = try #require(fields["items"]?.types.first?.fields)
    #expect(items.map(\.key) == ["name"] && items[0].isRequired)
    let test = try #require(fields["test"]?.types.first?.fields)
    #expect(test.map(\.key) == ["last", "share", "seed"])
    // Neither must be written: each can stand for the other.
    #expect(test.allSatisfy { !$0.isRequired })
    #expect(test.map(\.condition) == [nil, nil, "share is written"])
  }

  @Test func aFieldMayBeWrittenInTwoWays() {
    let fields = described { fields in
      if fields.hasScalar("colour") {
        _ = fields.word("colour", of: ["black", "white"], meaning: "a word")
      } else {
        _ = fields.ints("colour", default: [0, 0, 0], count: 3, meaning: "three levels")
      }
    }
    #expect(
      fields["colour"]?.types == [.list(.integer(nil), count: 3), .words(["black", "white"])])
    #expect(fields["colour"]?.meaning == "three levels; a word")
    #expect(fields["colour"]?.isRequired == false)
  }

  private struct Refused: Error {}

  @Test func aReaderMayEndWithAnError() {
    let fields = described { fields in
      let name = fields.string("name", meaning: "its name")
      if name.isEmpty { throw Refused() }
      _ = fields.int("number", meaning: "its number")
    }
    #expect(fields["name"]?.isRequired == true)
    #expect(fields["number"] != nil)
  }
}
