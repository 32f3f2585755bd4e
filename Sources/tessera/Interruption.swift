import Foundation
import Workflow

/// SIGINT and SIGTERM ask the run to stop at its next safe place; a second one ends it at once.
enum Interruption {
  static let cancellation = Cancellation()

  static func install() {
    // Made here, because a handler that allocates memory waits for ever where it interrupts an allocation.
    _ = cancellation
    for number in [SIGINT, SIGTERM] {
      signal(number) { received in
        if Interruption.cancellation.isCancelled { _exit(128 + received) }
        Interruption.cancellation.cancel(signal: received)
      }
      // Blocked signals are inherited, and a Swift program's threads that start others block all.
      var own = sigset_t()
      sigemptyset(&own)
      sigaddset(&own, number)
      pthread_sigmask(SIG_UNBLOCK, &own, nil)
    }
  }
}
