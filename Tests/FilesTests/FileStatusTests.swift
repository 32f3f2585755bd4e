import Configuration
import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileStatusTests {
  @Test func onlyWhatIsNotThereIsAbsent() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write(text: "four", to: folder("file"))
    #expect(try FileStatus.of(folder("file"))?.size == 4)
    #expect(try FileStatus.of(folder("file"))?.isRegular == true)
    #expect(try FileStatus.of(folder.path)?.isFolder == true)
    #expect(try FileStatus.of(folder("none")) == nil)
    #expect(try FileStatus.of(folder("none/below")) == nil)
    #expect(try FileStatus.of(folder("file/below")) == nil, "a part of the path is no folder")
    #expect(symlink("nowhere", folder("broken")) == 0)
    #expect(try FileStatus.of(folder("broken")) == nil)
  }

  @Test(arguments: [FileOperation.examine, .read])
  func otherErrorsAreTold(operation: FileOperation) throws {
    let folder = try TemporaryFolder()
    #expect(symlink("loop", folder("loop")) == 0)
    let long = folder(String(repeating: "n", count: 300))
    for (path, code) in [(folder("loop"), ELOOP), (folder("loop/x"), ELOOP), (long, ENAMETOOLONG)] {
      let fault = #expect(throws: FileFault.self) { try FileStatus.of(path, for: operation) }
      #expect(fault?.reason == .system(code))
      #expect(fault?.path == path)
      #expect(fault?.exitCode == (operation == .examine ? .inputOutput : .noInput))
    }
  }

  @Test func readingIfPresentHidesNoOtherError() throws {
    let folder = try TemporaryFolder()
    #expect(try FileBytes.readIfPresent(folder("none")) == nil)
    #expect(symlink("loop", folder("loop")) == 0)
    for path in [folder("loop"), folder.path] {
      #expect(throws: FileFault.self) { try FileBytes.readIfPresent(path) }
    }
  }

  /// A folder that cannot be looked at is neither made anew nor removed.
  @Test func aFolderThatCannotBeExaminedIsNotMade() throws {
    let folder = try TemporaryFolder()
    #expect(symlink("loop", folder("loop")) == 0)
    let fault = #expect(throws: FileFault.self) { try DurableFile.createFolder(folder("loop")) }
    #expect(fault?.reason == .system(ELOOP))
    #expect(fault?.exitCode == .cannotCreate)
  }
}
