import Configuration
import Files
import Foundation
import TestSupport
import Testing

/// Errors of listing that root meets as well; each is told with its path.
struct FolderErrorTests {
  private func fault(of folder: String) -> FileFault? {
    #expect(throws: FileFault.self) { try FolderAccount(folder, suffixes: [".png"]) }
  }

  /// A path that grows longer than the system takes.
  @Test func aFolderTooDeepToBeNamedIsTold() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "d", count: 200)
    try DurableFile.write(text: "", to: folder("a.png"))
    var place = open(folder.path, O_RDONLY | O_DIRECTORY)
    for _ in 0..<24 {
      try #require(mkdirat(place, name, 0o777) == 0)
      let next = openat(place, name, O_RDONLY | O_DIRECTORY)
      close(place)
      place = next
    }
    close(place)
    let fault = fault(of: folder.path)
    #expect(fault?.exitCode == .noInput)
    #expect(fault?.reason == .system(ENAMETOOLONG))
    #expect(fault?.path.hasPrefix(folder(name)) == true)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/rm")
    shell.arguments = ["-rf", folder(name)]
    try shell.run()
    shell.waitUntilExit()
  }

  @Test func aFolderThatIsALoopOfLinksIsTold() throws {
    let folder = try TemporaryFolder()
    #expect(symlink("b", folder("a")) == 0)
    #expect(symlink("a", folder("b")) == 0)
    let fault = fault(of: folder("a"))
    #expect(fault?.exitCode == .noInput)
    #expect(fault?.reason == .system(ELOOP))
  }

  @Test(.enabled(if: geteuid() != 0, "root may list everything"))
  func aFolderThatMayNotBeListedIsTold() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(text: "", to: folder("a.png"))
    try DurableFile.createFolder(folder("closed"))
    chmod(folder("closed"), 0)
    defer { chmod(folder("closed"), 0o700) }
    let fault = fault(of: folder.path)
    #expect(fault?.exitCode == .noInput)
    #expect(fault?.path == folder("closed"))
  }
}
