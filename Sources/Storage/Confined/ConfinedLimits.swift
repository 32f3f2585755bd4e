import Files
import Foundation

/// The limits of a process that reads a foreign file.
///
/// Without effect where the system has no such limits: a crash is confined all the same.
package enum ConfinedLimits {
  /// Most seconds of processor time between two frames; no sound file needs as many.
  private static let seconds = 8
  /// Most seconds between two frames, for whatever else a file may make the process wait for; enough for a slow
  /// disk.
  private static let waiting = UInt32(60)

  /// Memory beyond the program's own: chunks of a gigabyte, and more where the file itself is larger.
  private static func bytes(file: Int) -> Int { (4 << 30) + 4 * file }

  /// In the child, before it opens the file.
  package static func install(forFileOf size: Int) {
    #if os(Linux)
      limit(__rlimit_resource_t(RLIMIT_AS.rawValue), addressSpace + bytes(file: size))
      // A damaged file is no reason to leave a core behind.
      limit(__rlimit_resource_t(RLIMIT_CORE.rawValue), 0)
    #endif
    renewTime()
    // The limits of time send signals, and children of a Swift program start with all signals blocked.
    var own = sigset_t()
    sigemptyset(&own)
    for number in [SIGXCPU, SIGALRM, SIGTERM] { sigaddset(&own, number) }
    pthread_sigmask(SIG_UNBLOCK, &own, nil)
    // The terminal asks every process to stop: the parent says how this work ends.
    signal(SIGINT, SIG_IGN)
  }

  /// Ends this process when its parent does: standard input is a pipe that the parent alone holds open.
  package static func endWithParent() {
    Thread.detachNewThread {
      var byte = UInt8(0)
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || count < 0 && errno != EINTR { _exit(0) }
      }
    }
  }

  /// Calls `body`, which waits for the parent, with the timers stopped.
  static func withoutTime(_ body: () throws -> Void) rethrows {
    alarm(0)
    try body()
    renewTime()
  }

  /// Restarts the timers.
  private static func renewTime() {
    alarm(waiting)
    #if os(Linux)
      let used = Int(clock() / CLOCKS_PER_SEC)
      limit(__rlimit_resource_t(RLIMIT_CPU.rawValue), used + seconds + 1)
    #endif
  }

  #if os(Linux)
    private static func limit(_ resource: __rlimit_resource_t, _ value: Int) {
      var limits = rlimit()
      guard getrlimit(resource, &limits) == 0 else { return }
      // The hard limit stays, because the soft one is raised again.
      limits.rlim_cur = min(rlim_t(value), limits.rlim_max)
      _ = setrlimit(resource, &limits)
    }

    /// Bytes mapped already: threads' stacks and libraries, by the number of processors.
    private static var addressSpace: Int {
      let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
      let pages = words.split(separator: " ").first.flatMap { Int($0) } ?? 0
      return pages * sysconf(Int32(_SC_PAGESIZE))
    }
  #endif
}
