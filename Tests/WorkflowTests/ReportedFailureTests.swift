import Configuration
import Files
import Testing
import Workflow

/// A stage that says that it failed: a result like another.
struct ReportedFailureTests {
  private func yaml(
    seeds: String = "seeds: [1, 2, 3]", failing: String, more: String = ""
  ) -> String {
    """
    name: p
    \(seeds)
    stages:
      words: {kind: ingest, dataset: toy}
      vae: {kind: fragile, from: words, failing: \(failing)}
      use: {kind: drawing, from: vae}
      all: {kind: report, from: vae}
    \(more)
    """
  }

  @Test func itIsStoredUsedAndNotRunAgain() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(yaml(failing: "[3]"))
    let failed = try #require(result.stages.first { $0.failure != nil })
    #expect(failed.name == "vae/seed-3" && failed.status == .ran)
    #expect(failed.failure == "diverged\\nwith seed 3", "one line, the first reason")
    #expect(
      sandbox.events.all.contains {
        if case .stageFinished("vae/seed-3", _, failed.failure) = $0 { true } else { false }
      })
    let record = try readText(sandbox.path("Output/p/vae/seed-3/stage.json"))
    #expect(try ResolvedValue(json: record)["failure"]?.string == failed.failure)
    #expect(StageRecord(text: record)?.failure == failed.failure)
    #expect(StageRecord(text: record)?.fingerprint == failed.fingerprint)
    #expect(try readText(sandbox.path("Output/p/use/seed-3/text.txt")) == "3\n")
    #expect(
      try readText(sandbox.path("Output/p/all/text.txt"))
        == "from [seed-1] 1\nfrom [seed-2] 2\nfrom [seed-3] 3 failed: diverged\\nwith seed 3\n")

    let again = try sandbox.run(yaml(failing: "[3]"))
    #expect(again.didNothing)
    #expect(again.stages.filter { $0.failure != nil }.map(\.name) == ["vae/seed-3"])
    #expect(
      sandbox.events.all.contains(.stageCached(stage: "vae/seed-3", failure: failed.failure)))
    let preview = try sandbox.runner(yaml(failing: "[3]")).preview()
    #expect(preview.first { $0.name == "vae/seed-3" }?.failure == failed.failure)
    // A reader that runs later knows as well.
    try sandbox.run(yaml(failing: "[3]", more: "  late: {kind: report, from: vae, note: x}"))
    #expect(try readText(sandbox.path("Output/p/late/text.txt")).contains("failed: diverged"))
  }

  @Test func everySeedFailedIsSeventy() throws {
    let sandbox = try Sandbox()
    let text = yaml(failing: "[1, 2, 3]")
    for _ in 1...2 {
      let fault = #expect(throws: FailedStages.self) { try sandbox.run(text) }
      #expect(fault?.exitCode == .internalError)
      #expect(
        fault?.description
          == "stage 'vae' failed with every seed: vae/seed-1: diverged\\nwith seed 1. The results "
          + "are stored, so the same configuration is not run again; change the stage's fields or "
          + "the seeds")
      #expect(fault?.result.stages.count == 8, "everything was done first")
      #expect(sandbox.exists("Output/p/all/text.txt"))
    }
    #expect(sandbox.events.reasons.isEmpty)
    // Another seed, and there is a good result.
    #expect(
      try sandbox.run(yaml(seeds: "seeds: [1, 2, 3, 4]", failing: "[1, 2, 3]")).stages.count == 10)
  }

  @Test func withoutSeedsTheOneRunCounts() throws {
    let sandbox = try Sandbox()
    let fault = #expect(throws: FailedStages.self) {
      try sandbox.run(yaml(seeds: "seed: 2", failing: "[2]"))
    }
    #expect(fault?.names == ["vae"])
    #expect(fault?.description.hasSuffix("change the stage's fields or the seed") == true)
    #expect(try sandbox.run(yaml(seeds: "seed: 1", failing: "[2]")).stages[1].failure == nil)
  }

  @Test func eachCombinationOfTheOtherAxesCounts() throws {
    let sandbox = try Sandbox()
    let fault = #expect(throws: FailedStages.self) {
      try sandbox.run(
        yaml(
          seeds: "seeds: [1, 2]\nsweep: {n: [1, 2]}", failing: "[1, $n]",
          more: "  one: {kind: fragile, from: words, failing: [1], only: {seed: 1}}"))
    }
    #expect(fault?.names == ["vae/n-2", "one"])
    #expect(fault?.description.hasPrefix("stages 'vae/n-2', 'one' failed with every seed") == true)
  }
}
