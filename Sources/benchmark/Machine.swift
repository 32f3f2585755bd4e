import Foundation
import Numerics

enum Machine {
  /// Processor, cores and commit: what figures mean nothing without.
  static var description: String {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let name = info.split(separator: "\n").first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").last }
      .map { $0.trimmingCharacters(in: .whitespaces) }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\(name ?? "unknown processor"), \(cores) cores, commit \(commit)"
  }

  /// The most memory this process had in use, in bytes.
  static var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1_024
  }

  private static var commit: String {
    guard let head = try? String(contentsOfFile: ".git/HEAD", encoding: .utf8) else {
      return "unknown"
    }
    let text = head.trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.hasPrefix("ref: ") else { return String(text.prefix(12)) }
    let reference = ".git/" + text.dropFirst(5)
    let hash = (try? String(contentsOfFile: reference, encoding: .utf8)) ?? "unknown"
    return String(hash.prefix(12)).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// What one core can do at most, measured: what a kernel's row is held against.
struct Peaks {
  /// Multiply-adds on registers.
  let gigaflops: Double
  /// Reading of 16 KiB, 512 KiB and 128 MiB again and again, in GB/s.
  let firstCache: Double
  let secondCache: Double
  let memory: Double

  init() {
    gigaflops = (0..<5).map { _ in Arithmetic.gigaflops(rounds: 4_000_000) }.max() ?? 0
    firstCache = Peaks.reading(kibibytes: 16)
    secondCache = Peaks.reading(kibibytes: 512)
    memory = Peaks.reading(kibibytes: 131_072)
  }

  var description: String {
    String(
      format:
        "one core at most: %.0f GFLOP/s; reading 16 KiB %.0f, 512 KiB %.0f, 128 MiB %.0f GB/s",
      gigaflops, firstCache, secondCache, memory)
  }

  private static func reading(kibibytes: Int) -> Double {
    let floats = AlignedBuffer<Float>(count: kibibytes * 256)
    let rounds = max(1, 262_144 / kibibytes)
    let rates = (0..<4).map { _ in
      var total = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      let start = ContinuousClock.now
      for _ in 0..<rounds {
        var place = UnsafeRawPointer(floats.pointer)
        for _ in 0..<kibibytes * 4 {
          total.0 += place.load(as: Lanes.self)
          total.1 += place.load(fromByteOffset: 64, as: Lanes.self)
          total.2 += place.load(fromByteOffset: 128, as: Lanes.self)
          total.3 += place.load(fromByteOffset: 192, as: Lanes.self)
          place += 256
        }
      }
      let time = (ContinuousClock.now - start) / .seconds(1)
      keep((total.0 + total.1 + total.2 + total.3).sum())
      return Double(rounds * kibibytes * 1_024) / time * 1e-9
    }
    return rates.max() ?? 0
  }
}

/// Keeps the compiler from leaving out what nobody reads.
@inline(never)
func keep(_ value: Float) { kept = value }
nonisolated(unsafe) private var kept: Float = 0
