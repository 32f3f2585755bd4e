import Foundation

/// Memory of this process and of the machine, in bytes, as the system counts it.
package enum ProcessMemory {
  /// What is resident now: program, libraries and data. Nil where the system does not say.
  package static var resident: Int? { status("VmRSS:") }

  /// The most that was resident since the start, or since `forgetPeak`.
  package static var peak: Int? { status("VmHWM:") }

  /// Resets `peak` to what is resident. Without effect where the system refuses.
  package static func forgetPeak() {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    try? file.write(contentsOf: Data("5".utf8))
    try? file.close()
  }

  /// What this process may use at most: the machine's memory, or less where a group limits it.
  package static var available: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let group = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
    let limit = group.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(machine, limit ?? machine)
  }

  private static func status(_ name: String) -> Int? {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first
      .map { $0 * 1_024 }
  }
}
