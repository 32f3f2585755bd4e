import Configuration
import Files
import Testing
import Workflow

/// Which variants stages have, and what is the same for all of them.
struct VariantTests {
  private let swept = """
    name: many
    sweep: {times: [2, 3], parts: [1, 4]}
    seeds: [7, 1]
    stages:
      words: {kind: ingest, dataset: toy}
      more: {kind: repeat, from: words, times: $times}
      fixed: {kind: repeat, from: words, times: $times, seed: 5}
      text: {kind: report, one: words, note: "$times"}
      split: {kind: spread, from: more, parts: $parts}
      every: {kind: report, from: more}
      own: {kind: report, from: [more, fixed], note: $times}
      mine: {kind: report, one: fixed, named: {a: more, b: words}}
    """

  @Test func aStageHasTheAxesItUsesAndThoseOfItsInputs() throws {
    let steps = try Sandbox().pipeline(swept).stages.map(\.step)
    #expect(
      steps == [
        "words",
        "more/times-2/seed-7", "more/times-2/seed-1", "more/times-3/seed-7", "more/times-3/seed-1",
        "fixed/times-2", "fixed/times-3", "text",
        "split/times-2/parts-1/seed-7", "split/times-2/parts-1/seed-1",
        "split/times-2/parts-4/seed-7", "split/times-2/parts-4/seed-1",
        "split/times-3/parts-1/seed-7", "split/times-3/parts-1/seed-1",
        "split/times-3/parts-4/seed-7", "split/times-3/parts-4/seed-1",
        "every", "own/times-2", "own/times-3", "mine/times-2", "mine/times-3",
      ])
  }

  @Test func fieldsHoldTheValuesOfTheVariant() throws {
    let stages = try Sandbox().pipeline(swept).stages
    let more = try #require(stages.first { $0.step == "more/times-3/seed-1" })
    #expect(more.resolved["times"] == .integer(3) && more.resolved["seed"] == .integer(1))
    #expect(more.variant["times"] == "3" && more.variant["seed"] == "1")
    #expect(more.variant["parts"] == nil)
    let text = try #require(stages.first { $0.step == "text" })
    #expect(text.resolved["note"] == .string("$times"), "a quoted text is text")
    let own = try #require(stages.first { $0.step == "own/times-2" })
    #expect(own.resolved["note"] == .string("2"))
  }

  @Test func listsCollectWhatAgrees() throws {
    let sandbox = try Sandbox()
    try sandbox.run(swept)
    func text(_ step: String) throws -> [String] {
      try readText(sandbox.path("Output/many/\(step)/text.txt")).split(separator: "\n")
        .map(String.init)
    }
    #expect(
      try text("every") == [
        "from [times-2/seed-7] hello|hello|7", "from [times-2/seed-1] hello|hello|1",
        "from [times-3/seed-7] hello|hello|hello|7", "from [times-3/seed-1] hello|hello|hello|1",
      ])
    #expect(
      try text("own/times-3") == [
        "3from [times-3/seed-7] hello|hello|hello|7", "from [times-3/seed-1] hello|hello|hello|1",
        "from [times-3] hello|hello|hello|5",
      ])
    #expect(
      try text("mine/times-2") == [
        "one [] hello|hello|5", "named.a [times-2/seed-7] hello|hello|7",
        "named.a [times-2/seed-1] hello|hello|1", "named.b [] hello",
      ])
  }

  @Test func anInputMayBeSweptToo() throws {
    let steps = try Sandbox().pipeline(
      """
      name: p
      seeds: [1, 2]
      sweep: {source: [words, twice]}
      stages:
        words: {kind: ingest, dataset: toy}
        twice: {kind: repeat, from: words}
        any: {kind: report, one: $source}
        seeded: {kind: spread, from: words, parts: $seed}
      """
    ).stages.map(\.step)
    #expect(
      steps.suffix(6) == [
        "any/source-words/seed-1", "any/source-words/seed-2", "any/source-twice/seed-1",
        "any/source-twice/seed-2", "seeded/seed-1", "seeded/seed-2",
      ])
  }

  @Test func aSeedOfManyHasTheFingerprintsOfOne() throws {
    let sandbox = try Sandbox()
    let many = try sandbox.fingerprints(seeds)
    for seed in [1, 2] {
      let one = try sandbox.fingerprints(
        seeds.replacingOccurrences(of: "seeds: [1, 2]", with: "seed: \(seed)"))
      for stage in ["twice", "parts"] { #expect(one[stage] == many["\(stage)/seed-\(seed)"]) }
      // What it reads has a variant that it sees: another result.
      #expect(one["all"] != many["all"])
    }
    let swept = try sandbox.fingerprints(
      chain.replacingOccurrences(of: "parts: 3}", with: "parts: $n}") + "\nsweep: {n: [3]}\n")
    #expect(try sandbox.fingerprints(chain)["parts"] == swept["parts/n-3"])
    let seeded = try sandbox.fingerprints(
      chain.replacingOccurrences(of: "parts: 3}", with: "parts: $seed}"))
    let written = try sandbox.fingerprints(
      chain.replacingOccurrences(of: "parts: 3}", with: "parts: 1}"))
    #expect(seeded == written, "the one seed has a name too")
  }

  @Test func overridesSetSeedsAndAxes() throws {
    let sandbox = try Sandbox()
    let data = DatasetLookup(folders: [sandbox.path("Data")])
    func steps(_ overrides: String...) throws -> [String] {
      let document = try Document(text: swept, file: "p.yaml")
        .applying(overrides.map { try Override($0) })
      return try Pipeline(document, catalogue: toys, data: data).stages.map(\.step)
    }
    #expect(
      try steps("seeds=[3]", "sweep.times=[9]", "sweep.parts=[1]").contains("more/times-9/seed-3"))
    #expect(try steps("seeds=", "seed=3").contains("more/times-2"))
    #expect(
      try steps("stages.more.only={seed: 7, times: 3}").filter { $0.hasPrefix("more") }
        == ["more/times-3/seed-7"])
  }
}
