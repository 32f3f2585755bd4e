import Foundation

/// A request to stop, as the work on this thread sees it.
///
/// Whoever runs work that may be stopped binds a check around it; long loops of that work ask at each tile or
/// batch, and programs that it started are ended with it. Where nobody binds one, nothing is stopped.
package enum Stopping {
  /// Throws once the work was asked to stop; may be called from every thread that works on a piece of it.
  package typealias Check = @Sendable () throws -> Void

  private final class Bound {
    let check: Check
    init(_ check: @escaping Check) { self.check = check }
  }

  private static let key = "tessera.stopping"

  /// What is bound on this thread: to be taken along to others.
  package static var check: Check {
    guard let bound = Thread.current.threadDictionary[key] as? Bound else { return {} }
    return bound.check
  }

  /// Binds a check while `work` runs on this thread.
  package static func bind<Result>(
    _ check: @escaping Check, _ work: () throws -> Result
  ) rethrows -> Result {
    let values = Thread.current.threadDictionary
    let before = values[key]
    values[key] = Bound(check)
    defer { values[key] = before }
    return try work()
  }

  /// Whether a check says that the work was asked to stop.
  package static func asks(_ check: Check) -> Bool {
    do {
      try check()
      return false
    } catch {
      return true
    }
  }
}
