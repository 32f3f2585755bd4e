import Configuration
import Files

extension FileLock {
  /// Takes a lock in the cache. Waiting for it ends on a signal; `onWait` is called once, with a sentence.
  ///
  /// Throws: a fault with exit code 75 if it is held and `waits` is false; `Interrupted`.
  static func take(
    _ path: String, waits: Bool, cancellation: Cancellation,
    onWait: (String) -> Void = { _ in }
  ) throws -> FileLock {
    do {
      return try FileLock(
        path: path, wait: waits,
        onWait: { holder in
          if waits {
            onWait("another run works on this result; waiting (\(holder.printable))")
          }
        },
        shouldStop: { cancellation.isCancelled })
    } catch {
      try cancellation.check()
      throw error
    }
  }
}
