import Configuration
import Files
import Foundation
import Testing
import Workflow

struct RunnerTests {
  @Test func aSecondRunDoesNothing() throws {
    let sandbox = try Sandbox()
    let first = try sandbox.run(chain)
    #expect(first.stages.map(\.status) == [.ran, .ran, .ran])
    #expect(!first.didNothing)
    #expect(
      sandbox.events.reasons == [
        "words": "no earlier result", "twice": "no earlier result", "parts": "no earlier result",
      ])
    #expect(first.stages[2].files == ["parts/0.txt", "parts/1.txt", "parts/2.txt"])
    #expect(first.stages[2].publishedFolder == sandbox.path("Output/chain/parts"))
    let published = try sandbox.contents("Output")
    #expect(published["chain/twice/text.txt"] == "hello\nhello\n1\n")
    #expect(published["chain/parts/parts/2.txt"] == "2 hello\nhello\n1\n")

    let second = try sandbox.run(chain)
    #expect(second.didNothing)
    #expect(
      sandbox.events.all == [
        .stageCached(stage: "words"), .stageCached(stage: "twice"), .stageCached(stage: "parts"),
      ])
    #expect(try sandbox.contents("Output") == published)
  }

  @Test func recordsHoldNoNamePathOrTime() throws {
    let (a, b) = (try Sandbox(), try Sandbox())
    try a.run(chain)
    usleep(1_100_000)
    _ = try b.runner(
      chain.replacingOccurrences(of: "twice", with: "doubled"), settings: b.settings(workers: 2)
    ).run()
    #expect(try a.contents("Cache") == b.contents("Cache"))
    let record = try readText(a.path("Output/chain/twice/stage.json"))
    #expect(!record.contains("twice") && !record.contains("chain") && !record.contains(a.root))
    #expect(StageRecord(text: record)?.files.map(\.path) == ["a/total.txt", "text.txt"])
    let run = try ResolvedValue(json: readText(a.path("Output/chain/twice/run.json")))
    #expect(run["stage"]?.string == "twice" && run["workers"]?.integer == 1)
    let timings = try ResolvedValue(json: readText(a.path("Output/chain/twice/timings.json")))
    #expect(timings["writing"]?.real == 0.75)
  }

  @Test func whyAStageRanAgain() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    try sandbox.run(chain.replacingOccurrences(of: "seed: 1", with: "seed: 2"))
    #expect(sandbox.events.cached == ["words"])
    #expect(sandbox.events.reasons == ["twice": "seed: 1 -> 2", "parts": "input 'from' changed"])
    let run = try ResolvedValue(json: readText(sandbox.path("Output/chain/twice/run.json")))
    #expect(run["reason"]?.string == "seed: 1 -> 2")
    #expect(run["previous"]?["identity"]?["fields"]?["seed"] == .integer(1))

    try sandbox.write("words", "bye\n")
    try sandbox.run(chain)
    #expect(sandbox.events.reasons["words"] == "raw file 'words' changed")
    // The results of before are still there: going back costs nothing but copying.
    try sandbox.write("words", "hello\n")
    let back = try sandbox.run(chain)
    #expect(back.stages.map(\.status) == [.restored, .restored, .restored])
    #expect(try readText(sandbox.path("Output/chain/twice/text.txt")) == "hello\nhello\n1\n")
    #expect(try sandbox.run(chain).didNothing)
  }

  @Test func aPreviewWritesNothing() throws {
    let sandbox = try Sandbox()
    let fresh = try sandbox.runner(chain).preview()
    #expect(fresh.map(\.status) == [.wouldRun, .wouldRun, .wouldRun])
    #expect(fresh.map(\.reason) == Array(repeating: "no earlier result", count: 3))
    #expect(!sandbox.exists("Output") && !sandbox.exists("Cache"))
    try sandbox.run(chain)
    let next = try sandbox.runner(
      chain.replacingOccurrences(of: "parts: 3", with: "parts: 4")
    ).preview()
    #expect(next.map(\.status) == [.cached, .cached, .wouldRun])
    #expect(next.map(\.reason) == [nil, nil, "parts: 3 -> 4"])
    #expect(next[2].resolved["parts"] == .integer(4))
  }

  @Test(arguments: ["flip", "short", "gone", "record", "garbage"])
  func aCorruptCacheIsNamedAndRebuilt(damage: String) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(chain)
    let cache = try sandbox.contents("Cache")
    let folder = result.stages[1].cacheFolder
    let file = joinPath(folder, "text.txt")
    let record = joinPath(folder, "stage.json")
    switch damage {
    case "flip": try DurableFile.write(text: "hello\nhellO\n1\n", to: file)
    case "short": try DurableFile.write(text: "hello\n", to: file)
    case "gone": try DurableFile.remove(file)
    case "record":
      let text = try readText(record).replacingOccurrences(of: "\"times\": 2", with: "\"times\": 3")
      try DurableFile.write(text: text, to: record)
    default: try DurableFile.write(text: "{", to: record)
    }
    let preview = try sandbox.runner(chain).preview()
    #expect(preview.map(\.status) == [.cached, .wouldRun, .cached])
    let named = damage == "record" || damage == "garbage" ? "stage.json" : "text.txt"
    #expect(preview[1].reason?.contains(named) == true)
    let again = try sandbox.run(chain)
    #expect(again.stages.map(\.status) == [.cached, .ran, .cached])
    #expect(
      sandbox.events.all.contains {
        if case .warning("twice", let text) = $0 { return text.contains(named) }
        return false
      })
    #expect(try sandbox.contents("Cache") == cache)
  }

  @Test func cacheMovedTouchedOrWithoutMemoryStillHits() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    for name in try DurableFile.listTree(sandbox.path("Cache")) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1)],
        ofItemAtPath: joinPath(sandbox.path("Cache"), name))
    }
    #expect(try sandbox.run(chain).didNothing)
    try DurableFile.write(text: "nonsense", to: sandbox.path("Cache/hashes.json"))
    #expect(try sandbox.run(chain).didNothing)
    try DurableFile.move(sandbox.path("Cache"), to: sandbox.path("Elsewhere"))
    var settings = sandbox.settings()
    settings.cache = sandbox.path("Elsewhere")
    #expect(try sandbox.runner(chain, settings: settings).run().didNothing)
  }
}
