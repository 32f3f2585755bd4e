import Configuration
import Files
import Foundation
import Testing
import Workflow

/// Variants at work at the same time.
struct SideBySideTests {
  private func yaml(_ sandbox: Sandbox, seeds: String = "[1, 2]", count: Int = 2) -> String {
    """
    name: p
    seeds: \(seeds)
    stages:
      words: {kind: ingest, dataset: toy}
      meet: {kind: meeting, from: words, count: \(count), control: '\(sandbox.path("control"))'}
      after: {kind: repeat, from: meet}
      all: {kind: report, from: after}
    """
  }

  private func order(_ sandbox: Sandbox, _ seed: Int, _ order: String?) throws {
    let path = sandbox.path("control/\(seed)")
    try DurableFile.createFolder(sandbox.path("control"))
    if let order {
      try DurableFile.write(text: order, to: path)
    } else {
      try DurableFile.remove(path)
    }
  }

  @Test(arguments: [(2, ["1", "1"]), (4, ["2", "2"]), (7, ["3", "3"])])
  func variantsShareTheWorkers(workers: Int, shares: [String]) throws {
    let sandbox = try Sandbox()
    _ = try sandbox.runner(yaml(sandbox), settings: sandbox.settings(workers: workers)).run()
    #expect(try [1, 2].map { try readText(sandbox.path("control/arrived/\($0)")) } == shares)
    let words = try ResolvedValue(json: readText(sandbox.path("Output/p/words/run.json")))
    #expect(words["workers"]?.integer == workers, "what runs alone has all of them")
  }

  @Test func whatIsCachedTakesNoWorkers() throws {
    let sandbox = try Sandbox()
    _ = try sandbox.runner(yaml(sandbox), settings: sandbox.settings(workers: 2)).run()
    let more = yaml(sandbox, seeds: "[1, 2, 3]")
    _ = try sandbox.runner(more, settings: sandbox.settings(workers: 2)).run()
    #expect(try readText(sandbox.path("control/arrived/3")) == "2")
  }

  @Test func oneWorkerDoesOneAfterTheOther() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(yaml(sandbox, count: 1))
    #expect(result.stages.allSatisfy { $0.status == .ran })
    let started = sandbox.events.all.compactMap { event -> String? in
      if case .stageStarted(let stage, _, _) = event { stage } else { nil }
    }
    #expect(
      started == ["words", "meet/seed-1", "meet/seed-2", "after/seed-1", "after/seed-2", "all"])
  }

  @Test func anErrorStopsTheOthersAndIsThrown() throws {
    let sandbox = try Sandbox()
    try order(sandbox, 1, "wait")
    try order(sandbox, 2, "fail")
    let runner = try sandbox.runner(
      yaml(sandbox, seeds: "[1, 2, 3]"), settings: sandbox.settings(workers: 2))
    let fault = #expect(throws: StageFault.self) { try runner.run() }
    #expect(fault?.description == "stage 'meet/seed-2': broken on purpose")
    #expect(fault?.exitCode == .badData)
    #expect(sandbox.events.reasons["meet/seed-3"] == nil, "nothing new is started")
    let prints = try sandbox.fingerprints(yaml(sandbox, seeds: "[1, 2, 3]"))
    let waiting = try #require(prints["meet/seed-1"])
    #expect(sandbox.exists("Cache/\(waiting).partial/scratch/met"), "it can go on")

    try order(sandbox, 1, nil)
    try order(sandbox, 2, nil)
    let again = try sandbox.run(yaml(sandbox, seeds: "[1, 2, 3]"))
    #expect(again.stages.filter { $0.status != .ran }.map(\.name) == ["words"])
    #expect(
      sandbox.events.all.contains(.note(stage: "meet/seed-1", text: "continues an interrupted run"))
    )
  }

  @Test(arguments: [(Int32(2), ExitCode.interrupted), (15, .terminated)])
  func aSignalStopsAllOfThem(signal: Int32, code: ExitCode) throws {
    let sandbox = try Sandbox()
    for seed in [1, 2] { try order(sandbox, seed, "wait") }
    let cancellation = Cancellation()
    let log = sandbox.events
    let runner = Runner(
      try sandbox.pipeline(yaml(sandbox)), settings: sandbox.settings(workers: 2),
      cancellation: cancellation
    ) { event in
      log.add(event)
      let met = log.all.count { if case .progress(_, 1, _, _, _) = $0 { true } else { false } }
      if met == 2 { cancellation.cancel(signal: signal) }
    }
    let fault = #expect(throws: Interrupted.self) { try runner.run() }
    #expect(fault?.exitCode == code)
    #expect(!sandbox.exists("Output/p/meet"))

    for seed in [1, 2] { try order(sandbox, seed, nil) }
    _ = try sandbox.runner(yaml(sandbox), settings: sandbox.settings(workers: 2)).run()
    for seed in [1, 2] {
      let event = ProgressEvent.progress(
        stage: "meet/seed-\(seed)", completed: 2, total: 2, unit: "steps", detail: "")
      #expect(sandbox.events.all.contains(event), "each goes on where it was")
    }
    let clean = try Sandbox()
    _ = try clean.runner(yaml(clean), settings: clean.settings(workers: 2)).run()
    #expect(try sandbox.contents("Output") == clean.contents("Output"))
    #expect(try sandbox.contents("Cache") == clean.contents("Cache"))
  }

  @Test func readyVariantsOfEveryStageComeBeforeWhatRunsAlone() throws {
    let sandbox = try Sandbox()
    try sandbox.run(
      """
      name: p
      seeds: [1, 2]
      stages:
        words: {kind: ingest, dataset: toy}
        a: {kind: repeat, from: words}
        all: {kind: report, from: a}
        b: {kind: fragile, from: words}
        c: {kind: spread, from: b, parts: 1}
        d: {kind: report, one: a, from: all}
      """)
    let started = sandbox.events.all.compactMap { event -> String? in
      if case .stageStarted(let stage, _, _) = event { stage } else { nil }
    }
    let all = try #require(started.firstIndex(of: "all"))
    #expect(
      Set(started[..<all]) == [
        "words", "a/seed-1", "a/seed-2", "b/seed-1", "b/seed-2", "c/seed-1", "c/seed-2",
      ])
  }
}
