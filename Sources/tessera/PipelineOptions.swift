import ArgumentParser
import Configuration
import Files
import Foundation
import Tasks
import Workflow

/// Options of commands on a pipeline.
struct PipelineOptions: ParsableArguments {
  @Argument(help: "The pipeline, a YAML file.")
  var pipeline: String

  @Option(name: .customLong("set"), help: "Change a field: path.to.key=value. May be repeated.")
  var overrides: [String] = []

  @Option(help: "Where results go: DIR/PIPELINE/STAGE.")
  var output = "Output"

  @Option(help: "Where stages keep what they computed.")
  var cache = "Data/Cache"

  @Option(help: "Threads to work with; results do not depend on it. Default: all cores.")
  var workers: Int?

  func validate() throws {
    if let workers, workers < 1 || workers > 1_024 {
      throw ValidationError("--workers: expected 1 to 1024, found \(workers)")
    }
  }

  func read() throws -> Pipeline {
    try Pipeline(
      path: pipeline, overrides: overrides.map { try Override($0) }, catalogue: .tessera,
      data: DatasetLookup(environment: ProcessInfo.processInfo.environment))
  }

  func runner(_ pipeline: Pipeline, _ printer: ProgressPrinter) -> Runner {
    Runner(
      pipeline,
      settings: RunSettings(
        output: output, cache: cache,
        workers: workers ?? ProcessInfo.processInfo.activeProcessorCount),
      cancellation: Interruption.cancellation, tell: { printer.show($0) })
  }
}
