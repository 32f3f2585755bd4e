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
    if let child = options.child {
      try child.run()
      return
    }
    let peaks = Peaks()
    print(Machine.description)
    print(peaks.description)
    print("medians of \(options.repetitions) repetitions after one warm-up\n")
    print(Measurement.header)
    let folder = joinPath(NSTemporaryDirectory(), "tessera-benchmark-\(UUID().uuidString)")
    try DurableFile.createFolder(folder)
    defer { try? DurableFile.remove(folder) }
    let rows = try measure(folder: folder, options: options, peaks: peaks)
    try FileManager.default.createDirectory(
      atPath: "Output", withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = "Output/benchmark.json"
    try encoder.encode(rows).write(to: URL(fileURLWithPath: path), options: .atomic)
    print("\n\(path)")
  }

  /// Rows as they are measured: each is printed at once.
  private static func measure(
    folder: String, options: Options, peaks: Peaks
  ) throws -> [Measurement] {
    var rows: [Measurement] = []
    func add(_ row: Measurement) {
      print(row.line)
      fflush(nil)
      rows.append(row)
    }
    let digits = try Digits()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    for workers in cores > 1 ? [1, cores] : [1] {
      for work in try CircuitWork.all(digits: digits, workers: workers, wanted: options.wants) {
        add(try Measurement(work, repetitions: options.repetitions))
      }
    }
    if cores > 1 {
      for row in try Scaling.rows(
        digits: digits, workers: cores, pairs: options.repetitions, wanted: options.wants)
      { add(row) }
    }
    if DataWork.names.contains(where: options.wants) {
      for work in try DataWork.all(folder: folder) where options.wants(work.name) {
        add(try Measurement(work, repetitions: options.repetitions))
      }
    }
    for work in ChildWork.allCases where options.wants(work.rowName) {
      add(try work.measure(repetitions: options.repetitions, workers: cores))
    }
    for work in try KernelWork.all(peaks: peaks) where options.wants(work.name) {
      add(try Measurement(work, repetitions: options.repetitions))
    }
    return rows
  }
}
