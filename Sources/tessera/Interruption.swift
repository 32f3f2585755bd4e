import Configuration
import Foundation
import Workflow

/// Handling of SIGINT and SIGTERM: they ask the work to stop at its next safe place. A second one ends the process at
/// once, and so does a timer if no safe place comes within a few seconds.
enum Interruption {
  static let cancellation = Cancellation()

  /// Seconds from the request to the end of whatever has not stopped by itself.
  private static let patience: UInt32 = 4

  /// Runs work that can be stopped: passes over images, and programs that it starts.
  static func stoppable<Result>(_ work: () throws -> Result) throws -> Result {
    install()
    return try Stopping.bind({ try cancellation.check() }, work)
  }

  private static func install() {
    // Made here, because a handler that allocates memory waits for ever where it interrupts an allocation.
    _ = (cancellation, patience)
    for number in [SIGINT, SIGTERM] {
      signal(number) { received in
        if Interruption.cancellation.isCancelled { _exit(128 + received) }
        Interruption.cancellation.cancel(signal: received)
        alarm(Interruption.patience)
      }
    }
    signal(SIGALRM) { _ in
      // Results are kept as after any sudden end: a file is whole, or it is not there.
      let words: StaticString = "tessera: stopped in mid-work; what was finished before is stored\n"
      _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
      _exit(128 + (Interruption.cancellation.signal ?? SIGTERM))
    }
    for number in [SIGINT, SIGTERM, SIGALRM] { unblock(number) }
  }

  /// Blocked signals are inherited, and a Swift program's threads that start others block all.
  private static func unblock(_ number: Int32) {
    var own = sigset_t()
    sigemptyset(&own)
    sigaddset(&own, number)
    pthread_sigmask(SIG_UNBLOCK, &own, nil)
  }
}
