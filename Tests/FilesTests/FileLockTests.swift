import Configuration
import Files
import TestSupport
import Testing

@Suite struct FileLockTests {
  @Test func secondTakerHearsWhoHoldsIt() throws {
    let folder = try TemporaryFolder()
    let first = try FileLock(path: folder("lock"), wait: false)
    var heard: [String] = []
    let fault = #expect(throws: FileFault.self) {
      _ = try FileLock(path: folder("lock"), wait: false) { heard.append($0) }
    }
    #expect(fault?.exitCode == .tryAgain)
    #expect(heard.count == 1 && heard[0].hasPrefix("process "))
    first.release()
    let second = try FileLock(path: folder("lock"), wait: false)
    second.release()
  }

  @Test func waitingStopsWhenAsked() throws {
    let folder = try TemporaryFolder()
    let first = try FileLock(path: folder("lock"), wait: true)
    var polls = 0
    #expect(throws: FileFault.self) {
      _ = try FileLock(
        path: folder("lock"), wait: true,
        shouldStop: {
          polls += 1
          return polls == 3
        })
    }
    first.release()
  }

  @Test func waiterGetsTheLockWhenItIsReleased() throws {
    let folder = try TemporaryFolder()
    let first = try FileLock(path: folder("lock"), wait: true)
    var polls = 0
    let second = try FileLock(
      path: folder("lock"), wait: true,
      shouldStop: {
        polls += 1
        if polls == 2 { first.release() }
        return false
      })
    #expect(polls >= 2)
    second.release()
  }

  @Test func missingFolderIsCannotCreate() throws {
    let folder = try TemporaryFolder()
    let fault = #expect(throws: FileFault.self) {
      _ = try FileLock(path: folder("none/lock"), wait: false)
    }
    #expect(fault?.exitCode == .cannotCreate)
  }
}
