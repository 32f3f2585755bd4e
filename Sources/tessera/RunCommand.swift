import ArgumentParser
import Configuration
import Foundation
import Stages
import Workflow

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a pipeline: every stage that is not in the cache.",
    discussion: """
      EXAMPLES
        tessera run Pipelines/quickstart.yaml
        tessera run Pipelines/quickstart.yaml --dry-run
        tessera run Pipelines/quickstart.yaml --set seed=2 --set stages.spn.epochs=20
      """)

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

  @Flag(help: "Say what would run, and why; write nothing.")
  var dryRun = false

  @Flag(help: "With --dry-run: JSON.")
  var json = false

  func validate() throws {
    if let workers, workers < 1 || workers > 1_024 {
      throw ValidationError("--workers: expected 1 to 1024, found \(workers)")
    }
    if json && !dryRun { throw ValidationError("--json goes with --dry-run") }
  }

  mutating func run() throws {
    let plan = try Pipeline(
      path: pipeline, overrides: overrides.map { try Override($0) }, catalogue: .tessera,
      data: DatasetLookup(environment: ProcessInfo.processInfo.environment))
    let settings = RunSettings(
      output: output, cache: cache,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
    let printer = ProgressPrinter()
    let runner = Runner(
      plan, settings: settings, cancellation: Interruption.cancellation,
      tell: { printer.show($0) })
    if dryRun { return try preview(runner, pipeline: plan) }
    Interruption.install()
    defer { printer.finish() }
    report(try runner.run())
  }

  private func preview(_ runner: Runner, pipeline: Pipeline) throws {
    let stages = try runner.preview()
    if json {
      let list = stages.map { stage in
        ResolvedValue.mapping([
          "stage": .string(stage.name), "kind": .string(stage.kind),
          "fingerprint": .string(stage.fingerprint), "status": .string(stage.status.rawValue),
          "reason": .string(stage.reason ?? ""), "fields": stage.resolved,
        ])
      }
      return Terminal.output(ResolvedValue.list(list).jsonText)
    }
    let width = stages.map(\.name.count).max() ?? 0
    for stage in stages {
      let name = stage.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let status = stage.reason.map { "would run: \($0)" } ?? "cached"
      Terminal.output("\(name)  \(stage.kind), \(stage.fingerprint.prefix(12))  \(status)")
    }
  }

  /// The last lines of a run name what it wrote; pictures come last.
  private func report(_ result: PipelineResult) {
    if result.didNothing {
      Terminal.message("Nothing to do: every stage of '\(result.pipeline)' is cached.")
    }
    let published = result.stages.flatMap { stage in
      stage.publishedFolder.map { folder in stage.files.map { "\(folder)/\($0)" } } ?? []
    }
    // Checkpoints are for machines: one line would be forty.
    let shown = published.filter { !$0.contains("/checkpoints/") }
    for path in shown where !path.hasSuffix(".png") { Terminal.output(path) }
    let pictures = shown.filter { $0.hasSuffix(".png") }
    if !pictures.isEmpty { Terminal.message("Pictures to look at:") }
    for path in pictures { Terminal.output(path) }
  }
}
