import Files
import Foundation

/// `make bench`: measures, prints a table, writes `Output/benchmark.json`.
@main
enum Benchmark {
  static func main() throws {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      FileHandle.standardError.write(Data(Options.usage.utf8))
      exit(64)
    }
    let repetitions = options.repetitions
    print(Machine.description)
    print("medians of \(repetitions) repetitions after one warm-up; [quickest, slowest]\n")
    let folder = joinPath(NSTemporaryDirectory(), "tessera-benchmark-\(UUID().uuidString)")
    try DurableFile.createFolder(folder)
    defer { try? DurableFile.remove(folder) }
    var rows: [Measurement] = []
    for work in try allWork(folder: folder, options: options) {
      let row = try measure(work, repetitions: repetitions)
      print(row.line)
      rows.append(row)
    }
    try FileManager.default.createDirectory(
      atPath: "Output", withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = "Output/benchmark.json"
    try encoder.encode(rows).write(to: URL(fileURLWithPath: path), options: .atomic)
    print("\n\(path)")
  }

  private static func allWork(folder: String, options: Options) throws -> [Work] {
    let digits = try Digits()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let workers = cores > 1 ? [1, cores] : [1]
    return try workers.flatMap {
      try CircuitWork.all(digits: digits, workers: $0, wanted: options.wants)
    }
      + (DataWork.names.contains(where: options.wants) ? DataWork.all(folder: folder) : [])
      .filter { options.wants($0.name) }
  }

  /// One warm-up, then the repetitions; units of work a second.
  private static func measure(_ work: Work, repetitions: Int) throws -> Measurement {
    try work.body()
    let clock = ContinuousClock()
    let rates = try (0..<repetitions).map { _ in
      let time = try clock.measure { try work.body() }
      let parts = time.components
      return work.amount / (Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
    }.sorted()
    return Measurement(
      name: work.name, workers: work.workers, batch: work.batch,
      value: rates[rates.count / 2], unit: work.unit, repetitions: repetitions,
      quickest: rates[rates.count - 1], slowest: rates[0],
      gigaflops: work.operations.map { rates[rates.count / 2] * $0 * 1e-9 })
  }
}

/// What the command line asks for.
struct Options {
  static let usage = "usage: benchmark [REPETITIONS, 15 if not given] [--only NAME]...\n"
  private(set) var repetitions = 15
  private var only: [String] = []

  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--only", let name = rest.popFirst() {
        only.append(name)
      } else if let count = Int(word), count >= 1 {
        repetitions = count
      } else {
        return nil
      }
    }
  }

  /// Whole names, or their beginnings up to a slash.
  func wants(_ name: String) -> Bool {
    only.isEmpty || only.contains { name == $0 || name.hasPrefix($0 + "/") }
  }
}

/// Something to be timed.
struct Work {
  let name: String
  let workers: Int
  let batch: Int
  /// What one call does, in the unit before `/s`.
  let amount: Double
  let unit: String
  /// Floating-point operations a unit of work that the sum products need at least: two an edge and
  /// image forward, six with gradients. Nil where that is no measure.
  var operations: Double?
  let body: () throws -> Void
}

/// A row of the table.
struct Measurement: Codable {
  let name: String
  let workers: Int
  let batch: Int
  /// The median.
  let value: Double
  let unit: String
  let repetitions: Int
  let quickest: Double
  let slowest: Double
  /// Of the sum products, all workers together.
  let gigaflops: Double?

  var line: String {
    let title = name.padding(toLength: 16, withPad: " ", startingAt: 0)
    return String(
      format: "%@ workers %2d  batch %4d  %9.0f %@  [%.0f, %.0f]", title, workers, batch, value,
      unit, quickest, slowest) + (gigaflops.map { String(format: "  %.1f GFLOP/s", $0) } ?? "")
  }
}

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
