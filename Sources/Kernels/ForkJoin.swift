import Dispatch
import Synchronization

/// Runs numbered pieces of work on a fixed number of workers and returns when all are done.
///
/// The only parallel construct of the kernels. Which worker takes which piece is left to chance;
/// results must depend on the piece alone: each writes what belongs to it and nothing else.
package struct ForkJoin: Sendable {
  package let workers: Int

  package init(workers: Int) {
    precondition(workers >= 1)
    self.workers = workers
  }

  /// Calls `body(piece, worker)` once for every piece in `0..<pieces`.
  package func run(pieces: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void) {
    guard workers > 1, pieces > 1 else {
      for piece in 0..<max(pieces, 0) { body(piece, 0) }
      return
    }
    let next = NextPiece()
    DispatchQueue.concurrentPerform(iterations: min(workers, pieces)) { worker in
      while true {
        let piece = next.take()
        guard piece < pieces else { return }
        body(piece, worker)
      }
    }
  }
}

private final class NextPiece: Sendable {
  private let value = Atomic<Int>(0)
  func take() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
