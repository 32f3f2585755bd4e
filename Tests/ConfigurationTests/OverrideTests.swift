import Configuration
import Testing

struct OverrideTests {
  private let yaml = "seed: 1\nstages:\n  spn: {epochs: 10, cell: [4, 4]}\n"

  private func apply(_ overrides: String...) throws -> Fields {
    let document = try Document(text: yaml, file: "a.yaml")
      .applying(try overrides.map { try Override($0) })
    return Fields(document, subject: "it", diagnostics: Diagnostics())
  }

  @Test func valuesAreReplacedAndAdded() throws {
    let fields = try apply("stages.spn.epochs=3", "stages.spn.cell.1=7", "stages.spn.name=a=b")
    let spn = try #require(fields.nested("stages")?.nested("spn"))
    #expect(spn.int("epochs") == 3)
    #expect(spn.ints("cell") == [4, 7])
    #expect(spn.string("name") == "a=b")
    #expect(fields.int("seed") == 1)
    #expect(fields.diagnostics.isEmpty)
  }

  @Test func valuesAreYAML() throws {
    let fields = try apply("stages.spn={kind: x, cell: [2, 2]}", "seed='5'")
    #expect(fields.nested("stages")?.nested("spn")?.ints("cell") == [2, 2])
    #expect(fields.string("seed") == "5")
  }

  @Test func laterOnesWin() throws {
    #expect(try apply("seed=2", "seed=3").int("seed") == 3)
  }

  @Test func mistakesInTheValueNameTheOverride() throws {
    let fields = try apply("seed=many")
    _ = fields.int("seed")
    #expect(
      fields.diagnostics.all.map(\.description) == [
        "--set seed: expected an integer for 'seed' in it, found 'many'"
      ])
  }

  @Test(arguments: [
    (
      "stages.spm.epochs=3",
      "--set stages.spm.epochs: there is no 'stages.spm'; did you mean 'spn'?"
    ),
    ("stages.spn.cell.2=3", "--set stages.spn.cell.2: '2' is no index of a list of 2 (from 0)"),
    ("seed.x=3", "--set seed.x: 'seed' is '1', not a mapping: it has no key 'x'"),
    ("seed", "--set seed: expected path.to.key=value"),
    ("=3", "--set =3: expected path.to.key=value"),
    ("a..b=3", "--set a..b: a part of the path is empty"),
    ("seed=*x", "--set seed: aliases (*) are not allowed; write the value, or quote the text"),
  ])
  func mistakes(override: String, line: String) {
    let fault = #expect(throws: ConfigurationFault.self) { try apply(override) }
    #expect(fault?.description == line)
  }

  @Test func allMistakesAtOnce() {
    let fault = #expect(throws: ConfigurationFault.self) { try apply("x.y=1", "seed.z=2") }
    #expect(fault?.diagnostics.count == 2)
  }
}
