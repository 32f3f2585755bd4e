import Configuration
import Files
import Testing
import Workflow

/// A few lines that ask for more than any machine has: told at once.
@Suite(.timeLimit(.minutes(5))) struct PipelineLimitTests {
  private func lines(_ yaml: String) throws -> [String] {
    let sandbox = try Sandbox()
    return faultLines {
      _ = try Pipeline(
        Document(text: yaml, file: "p.yaml"), catalogue: toys,
        data: DatasetLookup(folders: [sandbox.path("Data")]))
    }
  }

  private func list(_ count: Int) -> String {
    "[\((1...count).map(String.init).joined(separator: ", "))]"
  }

  @Test func combinationsOfAFewAxes() throws {
    let axes = ["a", "b", "c", "d", "e", "f", "g"]
    let sweep = axes.map { "\($0): \(list(9))" }.joined(separator: ", ")
    let found = try lines(
      """
      name: p
      sweep: {\(sweep)}
      stages:
        words: {kind: ingest, dataset: toy}
        many: {kind: spread, from: words, parts: [\(axes.map { "$\($0)" }.joined(separator: ", "))]}
      """)
    #expect(
      found.first
        == "p.yaml:5:3: expected at most 4000 steps for stage 'many', found 4782969; split the pipeline"
    )
  }

  @Test func combinationsThatCannotBeCounted() throws {
    let axes = (0..<70).map { "a\($0)" }
    let sweep = axes.map { "\($0): [1, 2]" }.joined(separator: ", ")
    let found = try lines(
      """
      name: p
      sweep: {\(sweep)}
      stages:
        words: {kind: ingest, dataset: toy}
        many: {kind: spread, from: words, parts: [\(axes.map { "$\($0)" }.joined(separator: ", "))]}
      """)
    #expect(found.first?.contains("found more than can be counted") == true)
  }

  @Test func axesThatStagesInherit() throws {
    let found = try lines(
      """
      name: p
      sweep: {a: \(list(90)), b: \(list(90))}
      stages:
        words: {kind: ingest, dataset: toy}
        x: {kind: repeat, from: words, times: $a}
        y: {kind: repeat, from: x, times: $b}
      """)
    #expect(
      found == [
        "p.yaml:6:3: expected at most 4000 steps for the stages down to 'y', found 8191; split the "
          + "pipeline"
      ])
  }

  @Test func seedsAndStages() throws {
    let seeds = try lines(
      """
      name: p
      seeds: \(list(100_000))
      stages: {words: {kind: ingest, dataset: toy}, a: {kind: repeat, from: words}}
      """)
    #expect(
      seeds == [
        "p.yaml:2:9: expected at most 4000 values for the seeds, found 100000; split the pipeline"
      ])
    let stages = (0..<45_000).map { "  s\($0): {kind: x}" }.joined(separator: "\n")
    #expect(
      try lines("name: p\nstages:\n\(stages)\n") == [
        "p.yaml:3:3: expected at most 1000 stages for a pipeline, found 45000; split the pipeline"
      ])
  }

  /// A file of the largest size, with a mistake every few bytes.
  @Test func manyMistakes() throws {
    let found = try lines(
      "name: p\nseeds: [\(String(repeating: "x, ", count: 200_000))1]\n"
        + "stages: {words: {kind: ingest, dataset: toy}}\n")
    #expect(found.count == 101)
    #expect(found.last == "and 199900 more mistakes")
  }
}
