import Configuration
import Files
import Foundation
import Testing
import Workflow

struct PublishingTests {
  @Test func editedAndMissingCopiesAreRestored() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let published = try sandbox.contents("Output")
    let cache = try sandbox.contents("Cache")
    try DurableFile.write(
      text: "HELLO\nhello\n1\n", to: sandbox.path("Output/chain/twice/text.txt"))
    try DurableFile.remove(sandbox.path("Output/chain/parts/parts/1.txt"))
    try DurableFile.remove(sandbox.path("Output/chain/words/stage.json"))
    let again = try sandbox.run(chain)
    #expect(again.stages.map(\.status) == [.restored, .restored, .restored])
    #expect(!again.didNothing)
    #expect(sandbox.events.all.contains(.stageRestored(stage: "twice", files: ["text.txt"])))
    #expect(sandbox.events.all.contains(.stageRestored(stage: "parts", files: ["parts/1.txt"])))
    #expect(try sandbox.contents("Output") == published)
    #expect(try sandbox.run(chain).didNothing)
    // The copy is no link: what was written to it in place never reached the cache.
    let handle = try #require(
      FileHandle(forWritingAtPath: sandbox.path("Output/chain/twice/text.txt")))
    try handle.write(contentsOf: Data("x".utf8))
    try handle.close()
    #expect(try sandbox.contents("Cache") == cache)
  }

  @Test func onlyListedFilesAreRemoved() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    try DurableFile.write(text: "mine", to: sandbox.path("Output/chain/parts/parts/notes.txt"))
    try DurableFile.write(text: "mine", to: sandbox.path("Output/chain/notes.txt"))
    try sandbox.run(chain.replacingOccurrences(of: "parts: 3", with: "parts: 1"))
    let files = try DurableFile.listTree(sandbox.path("Output/chain/parts/parts"))
    #expect(files == ["0.txt", "notes.txt"])
    #expect(try readText(sandbox.path("Output/chain/notes.txt")) == "mine")
  }

  @Test func aForgedRecordRemovesNothingOutside() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let record = sandbox.path("Output/chain/parts/stage.json")
    let forged = try readText(record).replacingOccurrences(
      of: "parts/2.txt", with: "../words/text.txt")
    #expect(StageRecord(text: forged) == nil)
    try DurableFile.write(text: forged, to: record)
    try sandbox.run(chain.replacingOccurrences(of: "parts: 3", with: "parts: 1"))
    #expect(sandbox.exists("Output/chain/words/text.txt"))
    #expect(sandbox.events.reasons["parts"] == "no earlier result")
  }

  @Test func unpublishedStagesLeaveTheirRecordOnly() throws {
    let sandbox = try Sandbox()
    let yaml = chain + "\n  three: {kind: count, from: twice}\n"
    let result = try sandbox.run(yaml)
    #expect(result.stages[2].name == "parts")
    let three = try #require(result.stages.first { $0.name == "three" })
    #expect(three.publishedFolder == nil)
    #expect(three.files == ["total.txt"])
    #expect(try DurableFile.listTree(sandbox.path("Output/chain/three")) == ["stage.json"])
    #expect(try DurableFile.listTree(three.cacheFolder).contains("total.txt"))
    #expect(try sandbox.run(yaml).didNothing)
    try sandbox.run(yaml.replacingOccurrences(of: "seed: 1", with: "seed: 9"))
    #expect(sandbox.events.reasons["three"] == "input 'from' changed")
  }

  @Test func halfACopyOfAKilledRunIsTidiedUp() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain)
    let published = try sandbox.contents("Output")
    let file = sandbox.path("Output/chain/parts/parts/1.txt")
    try DurableFile.write(text: "1 he", to: DurableFile.temporarySibling(of: file))
    try DurableFile.remove(file)
    try sandbox.run(chain)
    #expect(try sandbox.contents("Output") == published)
  }
}
