import Configuration
import Files
import Foundation
import Testing
import Workflow

/// Figures drawn again from stored results.
struct RedrawTests {
  private func yaml(_ sandbox: Sandbox) -> String {
    """
    name: p
    seeds: [1, 2]
    stages:
      words: {kind: ingest, dataset: toy}
      twice: {kind: repeat, from: words}
      figure: {kind: drawing, from: twice, pen: '\(sandbox.path("pen"))'}
      frame: {kind: drawing, from: figure}
      watch: {kind: stopwatch, from: words}
      parts: {kind: spread, from: words, parts: 1}
    """
  }

  private func warnings(_ sandbox: Sandbox) -> [String] {
    sandbox.events.all.compactMap {
      if case .warning(let stage, let text) = $0 { "\(stage): \(text)" } else { nil }
    }
  }

  @Test func onlyFiguresAreMade() throws {
    let sandbox = try Sandbox()
    try sandbox.run(yaml(sandbox))
    let published = try sandbox.contents("Output")
    let cache = try sandbox.contents("Cache")
    try DurableFile.remove(sandbox.path("Output/p/figure/seed-2/text.txt"))
    // Not needed for any figure.
    let parts = try #require(try sandbox.fingerprints(yaml(sandbox))["parts"])
    try DurableFile.remove(sandbox.path("Cache/\(parts)"))
    let result = try sandbox.runner(yaml(sandbox)).redraw()
    let figures = ["figure/seed-1", "figure/seed-2", "frame/seed-1", "frame/seed-2", "watch"]
    #expect(result.stages.map(\.name) == figures)
    #expect(result.stages.allSatisfy { $0.status == .ran })
    #expect(
      sandbox.events.reasons
        == Dictionary(
          uniqueKeysWithValues: figures.map { ($0, "drawn again") }))
    #expect(warnings(sandbox) == [])
    #expect(!sandbox.exists("Cache/\(parts)"))
    let watch = "p/watch/text.txt"
    #expect(
      try sandbox.contents("Output").filter { $0.key != watch }
        == published.filter { $0.key != watch })
    try sandbox.run(yaml(sandbox))
    #expect(sandbox.events.reasons.keys.sorted() == ["parts"])
    #expect(Set(try sandbox.contents("Cache").keys) == Set(cache.keys))
  }

  @Test func aChangedPenIsWarnedOf() throws {
    let sandbox = try Sandbox()
    try sandbox.run(yaml(sandbox))
    try DurableFile.write(text: "red ", to: sandbox.path("pen"))
    _ = try sandbox.runner(yaml(sandbox), settings: sandbox.settings(workers: 2)).redraw()
    #expect(
      warnings(sandbox).sorted()
        == [1, 2].flatMap { seed in
          ["figure/seed-\(seed)", "frame/seed-\(seed)"].map {
            "\($0): other bytes than the stored result had: text.txt (another version of a tool, or "
              + "of this program)"
          }
        }.sorted())
    for stage in ["figure", "frame"] {
      #expect(
        try readText(sandbox.path("Output/p/\(stage)/seed-2/text.txt")) == "red hello\nhello\n2\n")
    }
    #expect(try sandbox.run(yaml(sandbox)).didNothing)
  }

  @Test func whatIsMissingIsNamedFirst() throws {
    let sandbox = try Sandbox()
    let fault = #expect(throws: MissingResults.self) {
      try sandbox.runner(yaml(sandbox)).redraw()
    }
    #expect(fault?.exitCode == .noInput)
    #expect(fault?.steps == ["words", "twice/seed-1", "twice/seed-2"])
    #expect(fault?.description.contains("tessera run PIPELINE") == true)
    #expect(!sandbox.exists("Output") && !sandbox.exists("Cache"))

    try sandbox.run(yaml(sandbox))
    let twice = try #require(try sandbox.fingerprints(yaml(sandbox))["twice/seed-2"])
    try DurableFile.write(text: "x", to: sandbox.path("Cache/\(twice)/text.txt"))
    let before = try sandbox.contents("Output")
    let corrupt = #expect(throws: MissingResults.self) {
      try sandbox.runner(yaml(sandbox)).redraw()
    }
    #expect(corrupt?.steps == ["twice/seed-2"])
    #expect(try sandbox.contents("Output") == before)
  }

  @Test func figuresThatAreNotThereYetAreMade() throws {
    let sandbox = try Sandbox()
    try sandbox.run(
      yaml(sandbox).replacingOccurrences(of: "\n  frame: {kind: drawing, from: figure}", with: ""))
    let result = try sandbox.runner(yaml(sandbox)).redraw()
    #expect(result.stages.count == 5)
    #expect(try sandbox.run(yaml(sandbox)).didNothing)
  }
}
