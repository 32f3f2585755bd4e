import Dispatch
import Foundation
import Synchronization

/// Runs pieces of work on threads of their own and returns each one as it ends.
///
/// Threads, not a pool's: a stage may wait for a lock, and its kernels use the pool.
final class SideBySide<Outcome: Sendable>: Sendable {
  private let ended = Mutex<[(name: String, result: Result<Outcome, any Error>)]>([])
  private let count = DispatchSemaphore(value: 0)

  func start(_ name: String, _ work: @escaping @Sendable () throws -> Outcome) {
    let thread = Thread { [self] in
      let result = Result { try work() }
      ended.withLock { $0.append((name, result)) }
      count.signal()
    }
    thread.name = name
    // As much as the main thread has on most systems.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Waits until a piece that was started ends; call it once for each.
  func next() -> (name: String, result: Result<Outcome, any Error>) {
    count.wait()
    return ended.withLock { $0.removeFirst() }
  }
}
