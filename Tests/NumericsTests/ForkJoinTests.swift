import Dispatch
import Numerics
import Synchronization
import Testing

@Suite("Fork and join")
struct ForkJoinTests {
  /// Counts calls of each piece, and calls at a time of each worker.
  private final class Counts: Sendable {
    let pieces: AlignedBuffer<Int32>
    private let busy = Mutex<Set<Int>>([])
    private let clashes = Mutex(0)
    var clashCount: Int { clashes.withLock { $0 } }

    init(_ count: Int) { pieces = AlignedBuffer(count: count) }

    func call(_ piece: Int, _ worker: Int, workers: Int) {
      let isFree = busy.withLock { $0.insert(worker).inserted }
      if !isFree || worker >= workers { clashes.withLock { $0 += 1 } }
      // What a join must have seen: written without any lock.
      pieces.pointer[piece] += 1
      _ = busy.withLock { $0.remove(worker) }
    }
  }

  private func isEachOnce(_ workers: ForkJoin, pieces: Int) -> Bool {
    let counts = Counts(max(pieces, 1))
    workers.run(pieces: pieces) { counts.call($0, $1, workers: workers.workers) }
    return counts.clashCount == 0
      && (0..<pieces).allSatisfy { counts.pieces.pointer[$0] == 1 }
  }

  @Test("each piece is done once before the run returns", arguments: [1, 2, 3, 8, 64, 70])
  func once(workers: Int) {
    let workers = ForkJoin(workers: workers)
    for round in 0..<2_000 {
      #expect(isEachOnce(workers, pieces: round % 19))
    }
  }

  @Test("helpers that have left are sent for again")
  func pauses() async throws {
    let workers = ForkJoin(workers: 2)
    for round in 0..<60 {
      #expect(isEachOnce(workers, pieces: 5))
      // About as long as a helper waits: some leave while work comes.
      try await Task.sleep(for: .microseconds(10 * round))
    }
  }

  @Test("a run within a run, and runs of several threads, are done as well")
  func nested() {
    let workers = ForkJoin(workers: 3)
    let inner = AlignedBuffer<Int32>(count: 8 * 16)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      workers.run(pieces: 4) { piece, _ in
        workers.run(pieces: 4) {
          inner.pointer[16 * thread + 4 * piece + $0] += Int32($1 >= 0 ? 1 : 0)
        }
      }
    }
    for place in 0..<inner.count { #expect(inner.pointer[place] == 1) }
  }

  @Test("two workers are at work at the same time")
  func together() {
    let arrived = AlignedBuffer<Int32>(count: 1)
    let count = Mutex(0)
    let workers = ForkJoin(workers: 2)
    // Long, because other tests may hold every thread of the machine for a while.
    let deadline = ContinuousClock.now + .seconds(300)
    workers.run(pieces: 2) { _, _ in
      count.withLock { $0 += 1 }
      // Each waits for the other: one thread alone would reach the deadline.
      while count.withLock({ $0 }) < 2, ContinuousClock.now < deadline {}
      if ContinuousClock.now >= deadline { arrived.pointer[0] = 1 }
    }
    #expect(arrived.pointer[0] == 0)
  }
}
