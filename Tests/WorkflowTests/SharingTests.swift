import Configuration
import Dispatch
import Files
import Foundation
import Synchronization
import Testing
import Workflow

/// Several runs on one cache.
struct SharingTests {
  @Test func aHeldResultIsWaitedForOrRefused() throws {
    let sandbox = try Sandbox()
    try sandbox.run(chain.replacingOccurrences(of: "parts: 3", with: "parts: 2"))
    let parts = try #require(try sandbox.fingerprints(chain)["parts"])
    // Released by the thread that waits for it, while this one stands still.
    nonisolated(unsafe) let lock = try FileLock(
      path: sandbox.path("Cache/\(parts).lock"), wait: false)
    var settings = sandbox.settings()
    settings.waitsForLock = false
    let fault = #expect(throws: FileFault.self) {
      try sandbox.runner(chain, settings: settings).run()
    }
    #expect(fault?.exitCode == .tryAgain)
    #expect(fault?.description.contains("\(getpid())") == true)

    // Waits, says for whom, and goes on once the lock is free.
    let log = sandbox.events
    let waiting = Runner(try sandbox.pipeline(chain), settings: sandbox.settings()) { event in
      log.add(event)
      if case .note("parts", _) = event { lock.release() }
    }
    #expect(try waiting.run().stages[2].status == .ran)
    let notes = log.all.compactMap { if case .note(_, let text) = $0 { text } else { nil } }
    #expect(notes.count == 1 && notes[0].contains("\(getpid())"))
  }

  @Test func whatTheHolderMadeIsUsed() throws {
    let sandbox = try Sandbox()
    let other = try Sandbox()
    let made = try other.run(chain).stages[0]
    try DurableFile.createFolder(sandbox.path("Cache"))
    nonisolated(unsafe) let lock = try FileLock(
      path: sandbox.path("Cache/\(made.fingerprint).lock"), wait: false)
    let log = sandbox.events
    let target = sandbox.path("Cache/\(made.fingerprint)")
    let waiting = Runner(try sandbox.pipeline(chain), settings: sandbox.settings()) { event in
      log.add(event)
      guard case .note("words", _) = event else { return }
      try? DurableFile.copy(made.cacheFolder, to: target)
      lock.release()
    }
    #expect(try waiting.run().stages.map(\.status) == [.restored, .ran, .ran])
    #expect(log.reasons["words"] == nil)
  }

  @Test func aSignalEndsTheWait() throws {
    let sandbox = try Sandbox()
    let words = try #require(try sandbox.fingerprints(chain)["words"])
    try DurableFile.createFolder(sandbox.path("Cache"))
    let lock = try FileLock(path: sandbox.path("Cache/\(words).lock"), wait: false)
    defer { lock.release() }
    let cancellation = Cancellation()
    let waiting = Runner(
      try sandbox.pipeline(chain), settings: sandbox.settings(), cancellation: cancellation
    ) { _ in cancellation.cancel(signal: 2) }
    #expect(throws: Interrupted(signal: 2)) { try waiting.run() }
  }

  @Test func manyRunsAtOnceWorkOutEachStageOnce() throws {
    let sandbox = try Sandbox()
    let pipeline = try sandbox.pipeline(chain + "\n  three: {kind: count, from: words}\n")
    let settings = sandbox.settings()
    let log = sandbox.events
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 6) { _ in
      do {
        _ = try Runner(pipeline, settings: settings) { log.add($0) }.run()
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    let started = log.all.compactMap { event -> String? in
      if case .stageStarted(let stage, _, _) = event { stage } else { nil }
    }
    #expect(started.sorted() == ["parts", "three", "twice", "words"])
    let clean = try Sandbox()
    try clean.run(chain + "\n  three: {kind: count, from: words}\n")
    #expect(try sandbox.contents("Output") == clean.contents("Output"))
  }
}
