import Workflow

/// The last lines of a run: what failed, and what was written; pictures come last, and of these the
/// poster, which shows everything on one page.
struct RunReport {
  let result: PipelineResult

  private static let posterKind = "poster"

  /// Does the work and prints its report; throws the fault of stages without a good result after that.
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
    } catch var stopped as Interrupted {
      stopped.isContinued = true
      throw stopped
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
    showOtherFiles()
    let pictures = files { $1.hasSuffix(".png") && $0.kind != Self.posterKind }
    let posters = files { $1.hasSuffix(".png") && $0.kind == Self.posterKind }
    if !pictures.isEmpty { Terminal.message("Pictures:") }
    for path in pictures { Terminal.output(path) }
    if !posters.isEmpty { Terminal.message("The poster, with everything on one page:") }
    for path in posters { Terminal.output(path) }
  }

  /// Prints the paths of tables, models and drawings; at a terminal only how many they are, if they would scroll the
  /// pictures away.
  private func showOtherFiles() {
    let others = files { !$1.hasSuffix(".png") }
    guard Terminal.outputIsInteractive, others.count > Self.mostListed else {
      return others.forEach(Terminal.output)
    }
    let folders = result.stages.compactMap { stage in
      stage.publishedFolder.map { String($0.dropLast(stage.name.utf8.count + 1)) }
    }
    Terminal.message("\(others.count) other files below \(folders.first ?? "")")
  }

  private static let mostListed = 20

  /// Paths of what was published, in the plan's order.
  private func files(
    _ isWanted: (PipelineResult.StageResult, String) -> Bool
  ) -> [String] {
    result.stages.flatMap { stage in
      stage.publishedFolder.map { folder in
        stage.files.filter { isWanted(stage, $0) }.map { "\(folder)/\($0)" }
      } ?? []
    }
  }

  private func showFailures() {
    let failed = result.stages.filter { $0.failure != nil }
    if failed.isEmpty { return }
    Terminal.message("Failed, \(failed.count) of \(result.stages.count); results are stored:")
    for stage in failed { Terminal.message("  \(stage.name): \(stage.failure ?? "")") }
  }
}
