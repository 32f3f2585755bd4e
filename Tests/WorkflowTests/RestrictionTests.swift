import Configuration
import Testing
import Workflow

/// `only`: some variants of a stage, and of what reads it.
struct RestrictionTests {
  private func steps(_ stages: String) throws -> [String] {
    try Sandbox().pipeline(
      """
      name: p
      sweep: {times: [2, 3, 4]}
      seeds: [1, 2]
      stages:
        words: {kind: ingest, dataset: toy}
        a: {kind: repeat, from: words, times: $times}
      \(stages)
      """
    ).stages.map(\.step).filter { !$0.hasPrefix("a/") && $0 != "words" }
  }

  @Test func readersAreRestrictedToo() throws {
    #expect(
      try steps(
        """
          b: {kind: spread, from: a, parts: 1, only: {seed: 1, times: [3, 4, 4]}}
          c: {kind: drawing, from: d, only: {times: [2, 3]}}
          d: {kind: repeat, from: a, only: {times: [4, 3]}}
        """
      ) == [
        "b/times-3/seed-1", "b/times-4/seed-1", "d/times-3/seed-1", "d/times-3/seed-2",
        "d/times-4/seed-1", "d/times-4/seed-2", "c/times-3/seed-1", "c/times-3/seed-2",
      ])
  }

  @Test func aReaderOfTwoHasWhatBothHave() throws {
    #expect(
      try steps(
        """
          b: {kind: fragile, from: a, only: {times: [2, 3]}}
          c: {kind: fragile, from: a, only: {times: [3, 4], seed: 2}}
          d: {kind: report, one: b, from: c}
          e: {kind: report, one: c, named: {all: b}}
        """
      ).suffix(6) == [
        "d/times-2/seed-1", "d/times-2/seed-2", "d/times-3/seed-1", "d/times-3/seed-2",
        "e/times-3/seed-2", "e/times-4/seed-2",
      ])
  }

  @Test func collectorsCollectWhatIsThere() throws {
    let sandbox = try Sandbox()
    try sandbox.run(
      """
      name: p
      seeds: [1, 2, 3]
      stages:
        words: {kind: ingest, dataset: toy}
        a: {kind: repeat, from: words, only: {seed: [3, 1]}}
        b: {kind: fragile, from: words}
        all: {kind: report, from: a}
        each: {kind: report, one: b, from: a}
      """)
    func text(_ step: String) throws -> String {
      try readText(sandbox.path("Output/p/\(step)/text.txt"))
    }
    #expect(
      try text("all") == "from [seed-1] hello|hello|1\nfrom [seed-3] hello|hello|3\n")
    #expect(try text("each/seed-2") == "one [] 2\n")
    #expect(try text("each/seed-3") == "one [] 3\nfrom [seed-3] hello|hello|3\n")
  }
}
