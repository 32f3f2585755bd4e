import Configuration
import Files
import Foundation
import TestSupport
import Testing

struct FolderAccountTests {
  private func folder(_ names: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in names {
      let path = folder(name)
      try DurableFile.createFolder((path as NSString).deletingLastPathComponent)
      try DurableFile.write(text: name, to: path)
    }
    return folder
  }

  private func account(_ folder: String, _ links: LinkPolicy = .inside) throws -> FolderAccount {
    try FolderAccount(folder, suffixes: [".png"], links: links)
  }

  @Test func whatIsHiddenOrOfAnotherFormatIsCountedByKind() throws {
    let folder = try folder([
      "b.png", "a/c.PNG", "a/._c.png", ".ipynb_checkpoints/d.png", "a/__MACOSX/e.png", "f.jpg",
      "a/g.JPEG", "labels.csv", "list.txt", "h.webp",
    ])
    #expect(mkfifo(folder("pipe.png"), 0o600) == 0)
    let account = try FolderAccount(folder.path, suffixes: [".png"], besides: ["list.txt"])
    #expect(account.names == ["a/c.PNG", "b.png"])
    #expect(
      account.leftOut == [
        .hiddenFile: 1, .hiddenFolder: 2, .format("JPEG"): 2, .format("WebP"): 1, .other: 1,
        .special: 1,
      ])
    #expect(account.missed == 5)
    #expect(
      account.leftOutWords
        == "1 hidden file, 2 hidden folders, 2 JPEG files, 1 WebP file, 1 other file, "
        + "1 that is no regular file")
    #expect(account.withoutHidden.leftOut[.hiddenFile] == nil)
  }

  @Test func linksBelowTheFolderAreFollowed() throws {
    let folder = try folder(["data/a/1.png", "data/.store/2.png", "away/3.png", "away/4.png"])
    let data = folder("data")
    #expect(symlink("a", folder("data/b")) == 0)
    #expect(symlink("../.store/2.png", folder("data/a/2.png")) == 0)
    #expect(symlink("..", folder("data/a/up")) == 0)
    #expect(symlink("nothing", folder("data/c.png")) == 0)
    #expect(symlink("d.png", folder("data/d.png")) == 0)
    #expect(symlink("../away", folder("data/e")) == 0)
    #expect(symlink("../../away/3.png", folder("data/a/3.png")) == 0)
    let inside = try account(data)
    #expect(inside.names == ["a/1.png", "a/2.png", "b/1.png", "b/2.png"])
    // The links within `a` are met twice, because `a` is read twice.
    #expect(
      inside.leftOut == [.hiddenFolder: 1, .broken: 2, .loop: 2, .outside: 4])
    let all = try account(data, .follow)
    #expect(
      all.names == [
        "a/1.png", "a/2.png", "a/3.png", "b/1.png", "b/2.png", "b/3.png", "e/3.png", "e/4.png",
      ])
    #expect(all.leftOut[.outside] == nil)
    // The folder itself may be a link.
    #expect(symlink("data", folder("linked")) == 0)
    #expect(try account(folder("linked")).names == inside.names)
  }

  /// Each folder has two links to the next: 2^24 paths, which nobody waits for.
  @Test func linksThatMultiplyEnd() throws {
    let folder = try folder((0...24).map { "\($0)/x.png" })
    for number in 0..<24 {
      for name in ["l", "r"] {
        #expect(symlink("../\(number + 1)", folder("\(number)/\(name)")) == 0)
      }
    }
    let fault = #expect(throws: FileFault.self) { try account(folder.path) }
    #expect(fault?.exitCode == .noInput)
  }

  @Test func aFolderThatIsNotThereIsTold() throws {
    let folder = try folder(["a"])
    for name in ["nowhere", "a"] {
      let fault = #expect(throws: FileFault.self) { try account(folder(name)) }
      #expect(fault?.exitCode == .noInput)
    }
  }
}
