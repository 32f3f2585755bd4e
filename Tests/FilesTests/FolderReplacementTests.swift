import Files
import Foundation
import Synchronization
import TestSupport
import Testing

struct FolderReplacementTests {
  private func write(_ text: String, to folder: String) throws {
    try DurableFile.createFolder(folder)
    try DurableFile.write(text: text, to: joinPath(folder, "content"))
  }

  @Test func theNewFolderStandsInThePlaceOfTheOld() throws {
    let folder = try TemporaryFolder()
    for text in ["first", "second", "third"] {
      let new = DurableFile.temporarySibling(of: folder("x"))
      try write(text, to: new)
      try DurableFile.replaceFolder(folder("x"), by: new)
      #expect(try FileBytes.read(folder("x/content")) == Array(text.utf8))
    }
    #expect(try DurableFile.listTree(folder.path) == ["x/content"])
  }

  /// Whoever looks meanwhile finds a folder at every moment, so whoever is killed leaves one.
  @Test func thereIsAFolderAtEveryMoment() throws {
    let folder = try TemporaryFolder()
    let path = folder("x")
    try write("0", to: path)
    let watch = Watch(path)
    Thread { watch.run() }.start()
    for number in 1...200 {
      let new = DurableFile.temporarySibling(of: path)
      try write("\(number)", to: new)
      try DurableFile.replaceFolder(path, by: new)
    }
    let (looks, misses) = watch.end()
    #expect(looks > 0)
    #expect(misses == 0)
  }
}

/// Looks for a folder without a pause, on a thread of its own.
private final class Watch: Sendable {
  private let path: String
  private let isOver = Atomic<Bool>(false)
  private let looks = Atomic<Int>(0)
  private let misses = Atomic<Int>(0)
  private let done = DispatchSemaphore(value: 0)

  init(_ path: String) { self.path = path }

  func run() {
    while !isOver.load(ordering: .relaxed) {
      looks.add(1, ordering: .relaxed)
      if (try? DurableFile.exists(path)) != true { misses.add(1, ordering: .relaxed) }
    }
    done.signal()
  }

  func end() -> (looks: Int, misses: Int) {
    isOver.store(true, ordering: .relaxed)
    done.wait()
    return (looks.load(ordering: .relaxed), misses.load(ordering: .relaxed))
  }
}
