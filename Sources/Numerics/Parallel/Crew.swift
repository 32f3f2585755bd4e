import CProcessor
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Threads that stay awake for a moment after their work: the next piece of a training step comes
/// sooner than the system would wake them again, which at 128 images a step cost a tenth of the time.
///
/// Whoever calls `run` takes pieces like everybody else, so work is done even if no other thread comes.
final class Crew: Sendable {
  /// One bit each in `present`.
  static let mostWorkers = 64
  /// Looks at `waiting` before a helper leaves, and before who waits for others lets them have the core:
  /// a tenth of a millisecond or so.
  private static let patience = 4_000

  private let workers: Int
  private let isBusy = Atomic<Bool>(false)
  /// Pieces that nobody has taken yet: the only word through which pieces are taken, so who has one
  /// knows that its job is the present one and stays so until the piece is done.
  private let waiting = Atomic<Int>(0)
  private let done = Atomic<Int>(0)
  /// Bit w: helper w is awake or on its way.
  private let present = Atomic<UInt64>(0)
  private let job = Job()

  init(workers: Int) {
    precondition((2...Crew.mostWorkers).contains(workers))
    self.workers = workers
  }

  /// - Returns: false, and nothing done, if the crew is at work already.
  func run(pieces: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void) -> Bool {
    guard !isBusy.exchange(true, ordering: .acquiring) else { return false }
    withoutActuallyEscaping(body) { body in
      job.set(pieces: pieces, body: body)
      done.store(0, ordering: .relaxed)
      waiting.store(pieces, ordering: .sequentiallyConsistent)
      call(min(workers, pieces) - 1)
      while takePiece(worker: 0) {}
      wait(for: pieces)
      job.forget()
    }
    isBusy.store(false, ordering: .releasing)
    return true
  }

  /// Sends for helpers that are not present.
  private func call(_ helpers: Int) {
    let here = present.load(ordering: .sequentiallyConsistent)
    for helper in 1...helpers {
      let bit = UInt64(1) << UInt64(helper)
      guard here & bit == 0 else { continue }
      // One that was about to leave may have come back by itself since: two would share their storage.
      guard present.bitwiseOr(bit, ordering: .relaxed).oldValue & bit == 0 else { continue }
      DispatchQueue.global().async { [self] in help(as: helper) }
    }
  }

  private func help(as worker: Int) {
    let bit = UInt64(1) << UInt64(worker)
    repeat {
      var looks = 0
      while looks < Crew.patience {
        if takePiece(worker: worker) {
          looks = 0
        } else {
          looks += 1
          tessera_pause()
        }
      }
      present.bitwiseAnd(~bit, ordering: .sequentiallyConsistent)
      // Work that came between the last look and the leaving found this helper present: back to it, unless
      // another one has been sent for since.
    } while waiting.load(ordering: .sequentiallyConsistent) > 0
      && present.bitwiseOr(bit, ordering: .sequentiallyConsistent).oldValue & bit == 0
  }

  private func takePiece(worker: Int) -> Bool {
    var left = waiting.load(ordering: .relaxed)
    while left > 0 {
      let (taken, seen) = waiting.weakCompareExchange(
        expected: left, desired: left - 1, ordering: .acquiring)
      if taken {
        job.call(left, worker: worker)
        done.wrappingAdd(1, ordering: .releasing)
        return true
      }
      left = seen
    }
    return false
  }

  private func wait(for pieces: Int) {
    var looks = 0
    while done.load(ordering: .acquiring) < pieces {
      looks += 1
      if looks < Crew.patience { tessera_pause() } else { sched_yield() }
    }
  }
}

/// What a crew works on. Written while no piece is waiting or taken, read by those who have a piece.
private final class Job: @unchecked Sendable {
  private var pieces = 0
  private var body: (@Sendable (Int, Int) -> Void)?

  func set(pieces: Int, body: @escaping @Sendable (Int, Int) -> Void) {
    self.pieces = pieces
    self.body = body
  }

  func forget() { body = nil }

  /// - Parameter left: pieces that waited before this one was taken.
  ///
  /// Never inlined, so that its hold on `body` ends before the piece is counted as done.
  @inline(never)
  func call(_ left: Int, worker: Int) { body?(pieces - left, worker) }
}
