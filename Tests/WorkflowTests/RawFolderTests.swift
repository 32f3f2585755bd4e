import Configuration
import Files
import Foundation
import Testing
import Workflow

/// Whole folders as raw data.
struct RawFolderTests {
  private let yaml = "name: p\nstages: {a: {kind: album, dataset: toy}}\n"

  private func album() throws -> Sandbox {
    let sandbox = try Sandbox()
    try DurableFile.createFolder(sandbox.path("Data/toy/x.png"))
    for name in ["b.png", "a.PNG", "x.png/c.png", "notes.txt"] { try sandbox.write(name, name) }
    return sandbox
  }

  @Test func filesAreListedInOneOrder() throws {
    let sandbox = try album()
    let files = try sandbox.pipeline(yaml).stages[0].rawFiles.map(\.name)
    #expect(files == ["a.PNG", "b.png", "x.png/c.png"])
    try sandbox.run(yaml)
    #expect(try readText(sandbox.path("Output/p/a/text.txt")) == "p a a.PNG,b.png,x.png/c.png")
    try sandbox.write("notes.txt", "other")
    #expect(try sandbox.run(yaml).didNothing)
  }

  @Test func whatChangedIsSaid() throws {
    let sandbox = try album()
    try sandbox.run(yaml)
    try sandbox.write("d.png", "d")
    try sandbox.run(yaml)
    #expect(sandbox.events.reasons["a"] == "raw file 'd.png' added")
    try DurableFile.remove(sandbox.path("Data/toy/a.PNG"))
    try sandbox.run(yaml)
    #expect(sandbox.events.reasons["a"] == "raw file 'a.PNG' removed")
  }

  @Test func resultsThatNameThemselvesAreNotShared() throws {
    let sandbox = try album()
    try sandbox.run(yaml)
    try sandbox.run(yaml.replacingOccurrences(of: "name: p", with: "name: q"))
    #expect(try readText(sandbox.path("Output/q/a/text.txt")).hasPrefix("q a "))
  }

  @Test func pipesAndBrokenLinksAreRefused() throws {
    let sandbox = try album()
    #expect(mkfifo(sandbox.path("Data/toy/pipe.png"), 0o600) == 0)
    let pipe = #expect(throws: OddRawFile.self) { try sandbox.pipeline(yaml) }
    #expect(pipe?.description == "\(sandbox.path("Data/toy/pipe.png")): not a regular file")
    #expect(pipe?.exitCode == .badData)
    try DurableFile.remove(sandbox.path("Data/toy/pipe.png"))
    let loop = sandbox.path("Data/toy/loop.png")
    #expect(symlink("loop.png", loop) == 0)
    let broken = #expect(throws: OddRawFile.self) { try sandbox.pipeline(yaml) }
    #expect(broken?.description == "\(loop): a link to nothing")
  }
}
