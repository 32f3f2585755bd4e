import Configuration
import Synchronization

/// A request to stop, set once by a signal's handler and read by whoever works.
package final class Cancellation: Sendable {
  private let number = Atomic<Int32>(0)
  private let parent: Cancellation?

  package init() { parent = nil }

  /// A request of its own that also follows another one.
  init(following parent: Cancellation) { self.parent = parent }

  /// Asks to stop because of a signal; may be called from a signal handler. The first one counts.
  package func cancel(signal: Int32) {
    _ = number.compareExchange(expected: 0, desired: signal, ordering: .sequentiallyConsistent)
  }

  package var isCancelled: Bool { signal != nil }

  /// The signal that asked to stop, or nil.
  package var signal: Int32? {
    if let signal = parent?.signal { return signal }
    let signal = number.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// Throws: `Interrupted` once `cancel` was called.
  package func check() throws {
    if let signal { throw Interrupted(signal: signal) }
  }
}

/// The work was stopped by a signal.
package struct Interrupted: Fault, Hashable {
  package let signal: Int32
  /// Whether what is done is stored, so that the same command goes on from there: true of pipelines.
  package var isContinued = false
  package init(signal: Int32) { self.signal = signal }
  /// 130 after SIGINT (2), 143 after SIGTERM and all others.
  package var exitCode: ExitCode { signal == 2 ? .interrupted : .terminated }
  package var description: String {
    "stopped by \(signal == 2 ? "SIGINT" : signal == 15 ? "SIGTERM" : "signal \(signal)")"
      + (isContinued
        ? "; finished stages and epochs are stored, and the same command goes on from there" : "")
  }
}
