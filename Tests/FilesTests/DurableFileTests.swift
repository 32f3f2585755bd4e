import Configuration
import Files
import Foundation
import TestSupport
import Testing

@Suite struct DurableFileTests {
  @Test func writesAndReplaces() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(text: "first", to: folder("a"))
    try DurableFile.write(text: "second", to: folder("a"))
    #expect(try FileBytes.read(folder("a")) == Array("second".utf8))
    #expect(try DurableFile.listTree(folder.path) == ["a"], "a temporary file stayed behind")
  }

  @Test func emptyFileIsWritten() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write([], to: folder("empty"))
    #expect(try FileBytes.read(folder("empty")) == [])
  }

  @Test func missingFolderIsCannotCreate() throws {
    let folder = try TemporaryFolder()
    let fault = #expect(throws: FileFault.self) {
      try DurableFile.write(text: "x", to: folder("none/a"))
    }
    #expect(fault?.exitCode == .cannotCreate)
    #expect(fault?.path == folder("none/a"), "the fault names the file, not its temporary sibling")
  }

  @Test func exitCodesFollowTheCause() {
    #expect(FileFault("x", .write, errno: ENOSPC).exitCode == .inputOutput)
    #expect(FileFault("x", .create, errno: ENOSPC).exitCode == .inputOutput)
    #expect(FileFault("x", .create, errno: EACCES).exitCode == .cannotCreate)
    #expect(FileFault("x", .rename, errno: EROFS).exitCode == .cannotCreate)
    #expect(FileFault("x", .read, errno: ENOENT).exitCode == .noInput)
    #expect(FileFault("x", .read, errno: EIO).exitCode == .inputOutput)
  }

  @Test func listsTreesBytewiseWithoutFollowingLinks() throws {
    let folder = try TemporaryFolder()
    try DurableFile.createFolder(folder("b/c"))
    try DurableFile.write(text: "1", to: folder("b/c/z"))
    try DurableFile.write(text: "2", to: folder("B"))
    try DurableFile.write(text: "3", to: folder("name\nwith `ticks` \u{1b}"))
    #expect(symlink(folder("b"), folder("link")) == 0)
    #expect(symlink(folder("loop"), folder("loop")) == 0)
    #expect(try DurableFile.listTree(folder.path) == ["B", "b/c/z", "name\nwith `ticks` \u{1b}"])
  }

  @Test func copiesMovesAndRemovesTrees() throws {
    let folder = try TemporaryFolder()
    try DurableFile.createFolder(folder("from/inner"))
    try DurableFile.write(text: "1", to: folder("from/inner/a"))
    try DurableFile.write(text: "2", to: folder("from/b"))
    try DurableFile.copy(folder("from"), to: folder("copy"))
    try DurableFile.synchroniseTree(folder("copy"))
    try DurableFile.move(folder("copy"), to: folder("moved"))
    #expect(try DurableFile.listTree(folder("moved")) == ["b", "inner/a"])
    try DurableFile.remove(folder("moved"))
    try DurableFile.remove(folder("moved"))
    #expect(try DurableFile.listTree(folder.path) == ["from/b", "from/inner/a"])
  }

  @Test func foldersOfWhatFailedGoAgain() throws {
    struct Failure: Error {}
    let folder = try TemporaryFolder()
    for path in ["a/b/c", "a/b/c/"] {
      #expect(throws: Failure.self) {
        try DurableFile.withFolder(folder(path)) { throw Failure() }
      }
      #expect(!FileManager.default.fileExists(atPath: folder("a")))
    }
    // What was there before, and what is not empty, stays.
    try DurableFile.createFolder(folder("a"))
    #expect(throws: Failure.self) {
      try DurableFile.withFolder(folder("a/b/c")) {
        try DurableFile.write(text: "1", to: folder("a/b/x"))
        throw Failure()
      }
    }
    #expect(try DurableFile.listTree(folder.path) == ["a/b/x"])
    #expect(!FileManager.default.fileExists(atPath: folder("a/b/c")))
    #expect(throws: Failure.self) { try DurableFile.withFolder(folder("a")) { throw Failure() } }
    #expect(try DurableFile.withFolder(folder("d/e")) { 5 } == 5)
    #expect(FileManager.default.fileExists(atPath: folder("d/e")))
  }

  @Test func removingALinkKeepsItsTarget() throws {
    let folder = try TemporaryFolder()
    try DurableFile.createFolder(folder("kept"))
    try DurableFile.write(text: "1", to: folder("kept/a"))
    #expect(symlink(folder("kept"), folder("link")) == 0)
    try DurableFile.remove(folder("link"))
    #expect(try DurableFile.listTree(folder.path) == ["kept/a"])
  }

  @Test(arguments: ["missing", "folder", "fifo"])
  func readingWhatIsNoFile(kind: String) throws {
    let folder = try TemporaryFolder()
    try DurableFile.createFolder(folder("folder"))
    #expect(mkfifo(folder("fifo"), 0o600) == 0)
    let fault = #expect(throws: FileFault.self) { try FileBytes.read(folder(kind)) }
    #expect(fault?.exitCode == (kind == "missing" ? .noInput : .badData))
    #expect(fault?.description.contains("\n") == false)
  }

  @Test func readingRespectsTheLimit() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(text: "12345", to: folder("a"))
    #expect(try FileBytes.read(folder("a"), limit: 5).count == 5)
    #expect(throws: FileFault.self) { try FileBytes.read(folder("a"), limit: 4) }
  }

  @Test func pathsAndNames() {
    #expect(joinPath("a", "b", "c") == "a/b/c")
    #expect(joinPath("a/", "/b") == "a/b")
    #expect(joinPath("", "b") == "b")
    #expect(joinPath("/", "b") == "/b")
    #expect(printable("a\nb\u{1b}[31m\u{202e}é") == "a\\nb\\u{1B}[31m\\u{202E}é")
  }
}
