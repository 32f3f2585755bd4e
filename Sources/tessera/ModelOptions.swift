import ArgumentParser
import Foundation

/// Options of commands on a trained model.
struct ModelOptions: ParsableArguments {
  @Option(help: "A model file, as a train stage writes it.")
  var model: String

  @Option(help: "Threads to work with; results do not depend on it. Default: all cores.")
  var workers: Int?

  var workerCount: Int { workers ?? ProcessInfo.processInfo.activeProcessorCount }

  func validate() throws {
    if let workers, workers < 1 || workers > 1_024 {
      throw ValidationError("--workers: expected 1 to 1024, found \(workers)")
    }
  }
}
