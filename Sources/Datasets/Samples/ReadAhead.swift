import Dispatch
import Foundation

/// Work that another thread does ahead of its use: a count that it raises step by step, up to a limit that
/// the using thread moves on.
///
/// One thread uses the work, and calls everything here; one thread does it.
package final class ReadAhead: @unchecked Sendable {
  /// Does work beyond `from` and returns how far it came, at most to the limit; `from` itself where no
  /// whole piece of work fits before the limit.
  package typealias Step = @Sendable (_ from: Int, _ limit: Int) throws -> Int

  package init() {}

  private let queue = DispatchQueue(label: "tessera.read-ahead")
  /// Guards all that follows.
  private let condition = NSCondition()
  private var step: Step = { from, _ in from }
  private var done = 0
  private var limit = 0
  private var isWorking = false
  private var isStopped = false
  private var failure: (any Error)?

  /// Starts at a count, with other work, and waits for `allow`.
  package func start(at count: Int, _ step: @escaping Step) {
    stop()
    condition.withLock {
      self.step = step
      (done, limit) = (count, count)
      isStopped = false
      failure = nil
    }
  }

  /// Stops the work, and returns when it has stopped.
  package func stop() {
    condition.withLock {
      isStopped = true
      while isWorking { condition.wait() }
    }
  }

  /// Raises the limit of the work to a count.
  package func allow(upTo count: Int) {
    condition.withLock {
      limit = max(limit, count)
      guard !isWorking, !isStopped, failure == nil, done < limit else { return }
      isWorking = true
      queue.async { self.work() }
    }
  }

  /// Waits for a count that was allowed, with room for the piece of work that reaches it.
  ///
  /// - Throws: what a step threw; it is thrown again by every later call.
  package func wait(for count: Int) throws {
    try condition.withLock {
      while done < count {
        if let failure { throw failure }
        precondition(isWorking, "nobody works on the \(count) that are waited for, of \(limit)")
        condition.wait()
      }
    }
  }

  private func work() {
    while let (step, from, limit) = next() {
      let result = Result { try step(from, limit) }
      condition.withLock {
        switch result {
        case .success(let reached):
          done = reached
          // Nothing fits: rest, unless there is more room by now.
          if reached == from, limit == self.limit { isWorking = false }
        case .failure(let error): failure = error
        }
        condition.broadcast()
      }
    }
  }

  /// The next piece of work; nil, and no longer working, if there is none.
  private func next() -> (Step, from: Int, limit: Int)? {
    condition.withLock {
      if isWorking, !isStopped, failure == nil, done < limit { return (step, done, limit) }
      isWorking = false
      condition.broadcast()
      return nil
    }
  }
}
