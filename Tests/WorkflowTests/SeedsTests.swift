import Configuration
import Files
import Foundation
import Testing
import Workflow

/// Pipelines with many seeds, run: caching, publishing, the same bytes.
struct SeedsTests {
  @Test func eachSeedHasItsFolder() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(seeds)
    #expect(
      result.stages.map(\.name) == [
        "words", "twice/seed-1", "twice/seed-2", "parts/seed-1", "parts/seed-2", "all",
      ])
    #expect(result.stages[1].stage == "twice" && result.stages[1].variant["seed"] == "1")
    #expect(result.stages[2].publishedFolder == sandbox.path("Output/many/twice/seed-2"))
    let published = try sandbox.contents("Output/many")
    #expect(published["twice/seed-1/text.txt"] == "hello\nhello\n1\n")
    #expect(published["parts/seed-2/parts/0.txt"] == "0 hello\nhello\n2\n")
    #expect(published["twice/text.txt"] == nil)
    #expect(try sandbox.run(seeds).didNothing)
    let one = try Sandbox()
    try one.run(seeds.replacingOccurrences(of: "[1, 2]", with: "[2]"))
    #expect(
      try one.contents("Output/many")["twice/seed-2/text.txt"] == "hello\nhello\n2\n",
      "a list of one is a list")
  }

  @Test func aNewSeedRunsAlone() throws {
    let sandbox = try Sandbox()
    try sandbox.run(seeds.replacingOccurrences(of: "seeds: [1, 2]", with: "seed: 2"))
    try sandbox.run(seeds)
    #expect(sandbox.events.reasons.keys.sorted() == ["all", "parts/seed-1", "twice/seed-1"])
    try sandbox.run(seeds.replacingOccurrences(of: "[1, 2]", with: "[3, 1, 2]"))
    #expect(sandbox.events.reasons.keys.sorted() == ["all", "parts/seed-3", "twice/seed-3"])
    #expect(
      try readText(sandbox.path("Output/many/all/text.txt")).hasPrefix("from [seed-3] hello"))
    // Back to fewer: all there.
    #expect(try sandbox.run(seeds).stages.allSatisfy { $0.status != .ran })
  }

  @Test func whatHadNoVariantsIsRemoved() throws {
    let sandbox = try Sandbox()
    let single = seeds.replacingOccurrences(of: "seeds: [1, 2]", with: "seed: 1")
    try sandbox.run(single)
    try DurableFile.write(text: "mine", to: sandbox.path("Output/many/parts/parts/notes.txt"))
    try sandbox.run(seeds)
    #expect(
      try DurableFile.listTree(sandbox.path("Output/many/twice")) == [
        "seed-1/a/total.txt", "seed-1/run.json", "seed-1/stage.json", "seed-1/text.txt",
        "seed-1/timings.json", "seed-2/a/total.txt", "seed-2/run.json", "seed-2/stage.json",
        "seed-2/text.txt", "seed-2/timings.json",
      ])
    #expect(
      try DurableFile.listTree(sandbox.path("Output/many/parts")).filter { !$0.hasPrefix("seed-") }
        == ["parts/notes.txt"])
    // One axis more, and again nothing old is left between the new.
    try sandbox.run(
      seeds.replacingOccurrences(of: "from: words}", with: "from: words, times: $n}")
        + "\nsweep: {n: [2]}\n")
    let left = try DurableFile.listTree(sandbox.path("Output/many/twice"))
    #expect(left.filter { $0.hasPrefix("n-2/seed-1/") }.count == 5)
    // And back: the results of several seeds stay, the one without lies beside them.
    try sandbox.run(single)
    #expect(sandbox.exists("Output/many/twice/text.txt"))
    try sandbox.run(seeds)
    #expect(!sandbox.exists("Output/many/twice/text.txt"))
    #expect(try sandbox.run(seeds).didNothing)
  }

  @Test func editedCopiesOfAVariantAreRestored() throws {
    let sandbox = try Sandbox()
    try sandbox.run(seeds)
    let published = try sandbox.contents("Output")
    try DurableFile.write(text: "x", to: sandbox.path("Output/many/twice/seed-2/text.txt"))
    let again = try sandbox.run(seeds)
    #expect(again.stages.filter { $0.status == .restored }.map(\.name) == ["twice/seed-2"])
    #expect(
      sandbox.events.all.contains(.stageRestored(stage: "twice/seed-2", files: ["text.txt"])))
    #expect(try sandbox.contents("Output") == published)
  }

  @Test func theSameBytesForAnyNumberOfWorkers() throws {
    let yaml =
      seeds.replacingOccurrences(of: "[1, 2]", with: "[1, 2, 3, 4, 5]")
      + "\n  slow: {kind: count, from: twice}\n  last: {kind: report, named: {a: twice, b: all}}\n"
    let (one, three) = (try Sandbox(), try Sandbox())
    let first = try one.run(yaml)
    let second = try three.runner(yaml, settings: three.settings(workers: 3)).run()
    #expect(first.stages.map(\.name) == second.stages.map(\.name))
    #expect(first.stages.map(\.fingerprint) == second.stages.map(\.fingerprint))
    #expect(try one.contents("Output") == three.contents("Output"))
    #expect(try one.contents("Cache") == three.contents("Cache"))
    #expect(try three.runner(yaml, settings: three.settings(workers: 3)).run().didNothing)
  }

  @Test(arguments: [1, 4]) func equalStepsAreWorkedOutOnce(workers: Int) throws {
    let sandbox = try Sandbox()
    var settings = sandbox.settings(workers: workers)
    // A run does not wait for itself.
    settings.waitsForLock = false
    let yaml =
      seeds + "\n  same: {kind: repeat, from: words}\n  again: {kind: repeat, from: words}\n"
      + "  s: {kind: spread, from: words, parts: 1}\n  t: {kind: spread, from: words, parts: 1}\n"
    let result = try sandbox.runner(yaml, settings: settings).run()
    let ran = result.stages.filter { $0.status == .ran }
    #expect(Set(ran.map(\.fingerprint)).count == ran.count)
    #expect(ran.count == 1 + 2 + 2 + 1 + 1)
    #expect(try sandbox.contents("Output/many/again") == sandbox.contents("Output/many/twice"))
  }

  @Test func aPreviewShowsVariants() throws {
    let sandbox = try Sandbox()
    try sandbox.run(seeds)
    let preview = try sandbox.runner(
      seeds.replacingOccurrences(of: "[1, 2]", with: "[2, 3]")
    ).preview()
    #expect(
      preview.map { "\($0.name) \($0.status.rawValue) \($0.variant["seed"] ?? "-")" } == [
        "words cached -", "twice/seed-2 cached 2", "twice/seed-3 would run 3",
        "parts/seed-2 cached 2", "parts/seed-3 would run 3", "all would run -",
      ])
    #expect(preview[5].reason == "input 'from' changed")
  }
}
