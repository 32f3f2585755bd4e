import Circuits
import Foundation
import Numerics

/// What is measured of a whole process, in a child of the benchmark.
enum ChildWork: String, CaseIterable {
  /// From the start of the process to the end of the first training step.
  case firstStep
  /// Peak memory of an epoch of training.
  case memory

  var rowName: String {
    switch self {
    case .firstStep: "start/train-spn"
    case .memory: "memory/train/spn"
    }
  }

  static let batch = 128

  /// In the child: trains the vanilla network; prints bytes of memory beyond the images.
  func run() throws {
    let digits = try Digits()
    let own = self == .firstStep ? digits.first(Self.batch) : digits
    let circuit = try CircuitWork.vanilla()
    let trainer = Trainer(
      circuit: circuit, parameters: circuit.initialParameters(seed: 1),
      settings: TrainingSettings(learner: Adam(rate: 0.001), batch: Self.batch),
      workers: ForkJoin(workers: ProcessInfo.processInfo.activeProcessorCount))
    try trainer.runEpoch(1, on: own)
    print(Machine.peakMemory - digits.sampleCount * 784)
  }

  /// In the parent.
  func measure(repetitions: Int, workers: Int) throws -> Measurement {
    var found: [Double] = []
    let use = try ProcessorUse.during {
      found = try (0..<repetitions).map { _ in
        var bytes = 0
        let time = try seconds { bytes = try child() }
        return self == .firstStep ? time : Double(bytes) / 1e6
      }.sorted()
    }
    return Measurement(
      name: rowName, workers: workers, batch: Self.batch, value: found[repetitions / 2],
      unit: self == .firstStep ? "s" : "MB", repetitions: repetitions, quickest: found[0],
      slowest: found[repetitions - 1], foreignCores: use.foreignCores)
  }

  private func child() throws -> Int {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["--child", rawValue]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let said = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard process.terminationStatus == 0, let bytes = Int(text) else { throw ChildFault() }
    return bytes
  }
}

struct ChildFault: Error, CustomStringConvertible {
  var description: String { "a child process of the benchmark failed" }
}
