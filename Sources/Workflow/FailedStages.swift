import Configuration

/// A run in which every step was executed, but some stage failed with every seed, for some combination of the
/// other axes.
package struct FailedStages: Fault {
  /// The run's result: all steps are there, published and cached.
  package let result: PipelineResult
  /// The stages, with the variant that they failed in, seed left out.
  package let names: [String]
  private let first: PipelineResult.StageResult

  /// Nil where every stage has a good result.
  init?(_ result: PipelineResult) {
    var groups: [(name: String, steps: [PipelineResult.StageResult])] = []
    for step in result.stages {
      let name = step.variant.without(Variant.seedAxis).name(of: step.stage)
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].steps.append(step)
      } else {
        groups.append((name, [step]))
      }
    }
    let failed = groups.filter { $0.steps.allSatisfy { $0.failure != nil } }
    guard let first = failed.first?.steps.first else { return nil }
    self.result = result
    self.first = first
    names = failed.map(\.name)
  }

  package var exitCode: ExitCode { .internalError }

  package var description: String {
    let list = names.map(\.quoted).joined(separator: ", ")
    let hasSeeds = first.variant[Variant.seedAxis] != nil
    return
      "stage\(names.count > 1 ? "s" : "") \(list) failed\(hasSeeds ? " with every seed" : ""): "
      + "\(first.name): \(first.failure ?? ""). The results are stored, so the same configuration "
      + "is not run again; change the stage's fields or the \(hasSeeds ? "seeds" : "seed")"
  }
}

/// Stored results that figures are drawn from and that are missing.
package struct MissingResults: Fault {
  package let pipeline: String
  /// The steps whose results are not in the cache, or damaged.
  package let steps: [String]
  /// The pipeline's file as the user named it, for the way out.
  package var file = "PIPELINE"
  package var exitCode: ExitCode { .noInput }
  package var description: String {
    "pipeline \(pipeline.quoted): no stored result of "
      + "\(steps.map(\.quoted).joined(separator: ", ")) to draw from; run the pipeline first: "
      + "tessera run \(file.printable)"
  }
}
