import Dispatch

/// Runs numbered pieces of work on a fixed number of workers and returns when all are done.
///
/// The only parallel construct of the kernels. Which worker takes which piece is left to chance;
/// results must depend on the piece alone: each writes what belongs to it and nothing else.
package struct ForkJoin: Sendable {
  package let workers: Int
  private let crew: Crew?

  package init(workers: Int) {
    precondition(workers >= 1)
    self.workers = workers
    crew = workers > 1 && workers <= Crew.mostWorkers ? Crew(workers: workers) : nil
  }

  /// Calls `body(piece, worker)` once for every piece in `0..<pieces`; no two calls that overlap in time
  /// have the same worker, of those of one `run`.
  package func run(pieces: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void) {
    guard workers > 1, pieces > 1 else {
      for piece in 0..<max(pieces, 0) { body(piece, 0) }
      return
    }
    if let crew, crew.run(pieces: pieces, body) { return }
    // The crew is at work, on what this is a part of or for another thread, or too large for one.
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
