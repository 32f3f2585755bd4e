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

  /// Neither is opened: reading a pipe would wait for ever.
  @Test func pipesAndBrokenLinksAreLeftOut() throws {
    let sandbox = try album()
    #expect(mkfifo(sandbox.path("Data/toy/pipe.png"), 0o600) == 0)
    #expect(symlink("loop.png", sandbox.path("Data/toy/loop.png")) == 0)
    let files = try sandbox.pipeline(yaml).stages[0].rawFiles.map(\.name)
    #expect(files == ["a.PNG", "b.png", "x.png/c.png"])
  }

  /// Linked folders are hashed as they are read, and what other programs leave behind is neither.
  @Test func linksAreFollowedAndHiddenFilesAreNot() throws {
    let sandbox = try album()
    for name in [".hidden/d.png", "__MACOSX/e.png", "x.png/._c.png"] {
      try DurableFile.createFolder(sandbox.path("Data/toy/.hidden"))
      try DurableFile.createFolder(sandbox.path("Data/toy/__MACOSX"))
      try sandbox.write(name, name)
    }
    #expect(symlink("x.png", sandbox.path("Data/toy/y")) == 0)
    let files = try sandbox.pipeline(yaml).stages[0].rawFiles.map(\.name)
    #expect(files == ["a.PNG", "b.png", "x.png/c.png", "y/c.png"])
  }

  @Test func aFolderThatCannotBeListedIsToldAsNoInput() throws {
    let sandbox = try album()
    // Longer than any path may be, in two halves: whoever runs the tests may read every folder.
    let half = Array(repeating: String(repeating: "x", count: 250), count: 9)
      .joined(separator: "/")
    let (above, below) = (sandbox.path("Data/toy/\(half)"), sandbox.path("Data/\(half)"))
    try DurableFile.createFolder(above)
    try DurableFile.createFolder(below)
    let (own, joined) = (sandbox.path("Data/" + half.prefix(250)), joinPath(above, "below"))
    #expect(rename(own, joined) == 0)
    defer { rename(joined, own) }
    let fault = #expect(throws: FileFault.self) { try sandbox.pipeline(yaml) }
    #expect(fault?.exitCode == .noInput)
  }
}
