import Configuration
import Files
import Foundation
import Testing
import Workflow

/// Results that depend on measured times.
struct MeasuredTests {
  private let yaml = chain + "\n  watch: {kind: stopwatch, from: twice}\n"

  @Test func theRecordIsTheSameWhateverWasMeasured() throws {
    let (a, b) = (try Sandbox(), try Sandbox())
    try a.run(yaml)
    try b.run(yaml)
    func watch(_ sandbox: Sandbox, _ name: String) throws -> String {
      try readText(sandbox.path("Output/chain/watch/\(name)"))
    }
    #expect(try watch(a, "stage.json") == watch(b, "stage.json"))
    #expect(try watch(a, "text.txt") != watch(b, "text.txt"))
    #expect(try watch(a, "text.txt").hasPrefix("no table\n{"), "what is not there is nil")
    let files = try ResolvedValue(json: watch(a, "run.json"))["files"]?.list ?? []
    #expect(files.map { $0["path"]?.string } == ["text.txt"])
    #expect(files.first?["sha256"]?.string == SHA256.hex(of: try watch(a, "text.txt")))
    #expect(try a.run(yaml).didNothing)
  }

  @Test func copiesAreRestored() throws {
    let sandbox = try Sandbox()
    try sandbox.run(yaml)
    let text = try readText(sandbox.path("Output/chain/watch/text.txt"))
    for file in ["text.txt", "run.json", "stage.json"] {
      let path = sandbox.path("Output/chain/watch/\(file)")
      let before = try readText(path)
      try DurableFile.remove(path)
      #expect(try sandbox.run(yaml).stages.last?.status == .restored)
      #expect(try readText(path) == before)
      #expect(try sandbox.run(yaml).didNothing)
    }
    try DurableFile.write(text: "x", to: sandbox.path("Output/chain/watch/text.txt"))
    #expect(try sandbox.run(yaml).stages.last?.status == .restored)
    #expect(try readText(sandbox.path("Output/chain/watch/text.txt")) == text)
  }

  @Test(arguments: ["text.txt", "run.json"], [true, false])
  func aCorruptOneIsMadeAgain(file: String, isMissing: Bool) throws {
    let sandbox = try Sandbox()
    let folder = try #require(try sandbox.run(yaml).stages.last).cacheFolder
    let path = joinPath(folder, file)
    if isMissing {
      try DurableFile.remove(path)
    } else {
      try DurableFile.write(text: "{", to: path)
    }
    let again = try sandbox.run(yaml)
    #expect(again.stages.map(\.status) == [.cached, .cached, .cached, .ran])
    #expect(
      sandbox.events.all.contains {
        if case .warning("watch", let text) = $0 { text.contains(file) } else { false }
      })
    #expect(try sandbox.run(yaml).didNothing)
  }
}
