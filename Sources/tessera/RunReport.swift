import Workflow

/// The last lines of a run: what failed, and what was written; pictures come last.
struct RunReport {
  let result: PipelineResult

  /// Works, reports, and lets the fault of stages without any good result through only then.
  static func after(_ work: () throws -> PipelineResult, finish printer: ProgressPrinter) throws {
    defer { printer.finish() }
    do {
      let result = try work()
      printer.finish()
      RunReport(result: result).show()
    } catch let failed as FailedStages {
      printer.finish()
      RunReport(result: failed.result).show()
      throw failed
    }
  }

  func show() {
    if result.didNothing {
      Terminal.message(
        result.stages.isEmpty
          ? "Nothing to do: no stage of '\(result.pipeline)' draws a figure."
          : "Nothing to do: every stage of '\(result.pipeline)' is cached.")
    }
    showFailures()
    let published = result.stages.flatMap { stage in
      stage.publishedFolder.map { folder in stage.files.map { "\(folder)/\($0)" } } ?? []
    }
    for path in published where !path.hasSuffix(".png") { Terminal.output(path) }
    let pictures = published.filter { $0.hasSuffix(".png") }
    if !pictures.isEmpty { Terminal.message("Pictures to look at:") }
    for path in pictures { Terminal.output(path) }
  }

  private func showFailures() {
    let failed = result.stages.filter { $0.failure != nil }
    if failed.isEmpty { return }
    Terminal.message("Failed, \(failed.count) of \(result.stages.count); results are stored:")
    for stage in failed { Terminal.message("  \(stage.name): \(stage.failure ?? "")") }
  }
}
