import Foundation

/// Wall time and processor time, read at one moment.
package struct ProcessorTime {
  /// Seconds of a monotonic clock.
  package let wall: Double
  /// Processor seconds of this process and of the children it has waited for.
  package let own: Double
  /// Processor seconds that all programs of the machine used or that its host took (steal); nil where
  /// the system does not tell.
  package let machine: Double?

  package init(wall: Double, own: Double, machine: Double?) {
    self.wall = wall
    self.own = own
    self.machine = machine
  }

  package static var now: ProcessorTime {
    ProcessorTime(
      wall: Double(DispatchTime.now().uptimeNanoseconds) * 1e-9,
      own: whose.map(used(by:)).reduce(0, +),
      machine: (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)).flatMap {
        machineSeconds(ofStatistics: $0, ticksASecond: Double(sysconf(Int32(_SC_CLK_TCK))))
      })
  }

  /// This process, and its children that have ended.
  #if os(Linux)
    private static let whose = [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue]
  #else
    private static let whose = [RUSAGE_SELF, RUSAGE_CHILDREN]
  #endif

  private static func used(by whom: Int32) -> Double {
    var usage = rusage()
    guard getrusage(whom, &usage) == 0 else { return 0 }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// The first line of `/proc/stat`: user, nice, system, idle, waiting, interrupts (two) and steal, in
  /// ticks; a guest's time, which follows, is part of user.
  package static func machineSeconds(ofStatistics text: String, ticksASecond: Double) -> Double? {
    guard let line = text.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
    let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard ticks.count >= 8, ticksASecond > 0 else { return nil }
    let (idle, waiting) = (ticks[3], ticks[4])
    return (ticks[0..<8].reduce(0, +) - idle - waiting) / ticksASecond
  }
}

/// What happened on the machine while something was timed.
package struct ProcessorUse {
  /// Seconds of wall time.
  package let wall: Double
  /// Processor seconds of this process.
  package let own: Double
  /// Processor seconds of everything else, steal included; nil where unknown.
  package let foreign: Double?

  /// Cores that something else had, on average.
  package var foreignCores: Double? { foreign.map { $0 / wall } }

  /// More of a core than this in other hands disturbs a measurement.
  package static let mostForeignCores = 0.05

  /// Whether something else took processor time.
  package var isDisturbed: Bool { (foreignCores ?? 0) > Self.mostForeignCores }

  /// Whether this process got less processor time than one thread that never waits uses.
  var lacksACore: Bool { own < (1 - Self.mostForeignCores) * wall }

  package init(wall: Double, own: Double, foreign: Double?) {
    self.wall = wall
    self.own = own
    self.foreign = foreign
  }

  package init(from start: ProcessorTime, to end: ProcessorTime) {
    wall = end.wall - start.wall
    own = end.own - start.own
    foreign =
      if let before = start.machine, let after = end.machine {
        max(0, after - before - (end.own - start.own))
      } else {
        nil
      }
  }

  package static func during(_ body: () throws -> Void) rethrows -> ProcessorUse {
    let start = ProcessorTime.now
    try body()
    return ProcessorUse(from: start, to: .now)
  }
}
