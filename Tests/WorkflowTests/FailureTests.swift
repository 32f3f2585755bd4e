import Configuration
import Files
import Foundation
import Testing
import Workflow

struct FailureTests {
  private func controlled(_ sandbox: Sandbox) -> String {
    chain.replacingOccurrences(
      of: "from: words}", with: "from: words, control: '\(sandbox.path("control"))'}")
  }

  @Test(arguments: [
    ("fail", ExitCode.badData, "stage 'twice': broken on purpose"),
    ("plain", .internalError, "stage 'twice': Plain()"),
    (
      "forget", .internalError,
      "stage 'twice': declared output 'total' (a/total.txt) was not written"
    ),
  ])
  func aFailingStageLeavesNothingHalfWritten(
    order: String, code: ExitCode, line: String
  ) throws {
    let sandbox = try Sandbox()
    let yaml = controlled(sandbox)
    try DurableFile.write(text: order, to: sandbox.path("control"))
    let fault = #expect(throws: StageFault.self) { try sandbox.run(yaml) }
    #expect(fault?.exitCode == code)
    #expect(fault?.description == line)
    #expect(try sandbox.contents("Cache").count == 2)
    #expect(!sandbox.exists("Output/chain/twice"))
    #expect(sandbox.exists("Output/chain/words/text.txt"))

    try DurableFile.remove(sandbox.path("control"))
    try sandbox.run(yaml)
    #expect(sandbox.events.cached == ["words"])
    let clean = try Sandbox()
    try clean.run(chain)
    #expect(try sandbox.contents("Output") == clean.contents("Output"))
    #expect(try sandbox.contents("Cache") == clean.contents("Cache"))
  }

  @Test func whatAKilledRunLeftIsWiped() throws {
    let sandbox = try Sandbox()
    let step = try #require(
      try Plan(sandbox.pipeline(chain), hashes: ContentHashes()).step("twice"))
    let partial = sandbox.path("Cache/\(step.fingerprint).partial")
    try DurableFile.createFolder(partial)
    try DurableFile.write(text: "half", to: joinPath(partial, "stray.txt"))
    let result = try sandbox.run(chain)
    #expect(result.stages[1].files == ["a/total.txt", "text.txt"])
    #expect(!sandbox.exists("Cache/\(step.fingerprint).partial"))
  }

  @Test(arguments: [(Int32(2), ExitCode.interrupted), (15, .terminated)])
  func aStoppedResumableStageContinues(signal: Int32, code: ExitCode) throws {
    let sandbox = try Sandbox()
    let yaml = chain + "\n  three: {kind: count, from: words}\n"
    let cancellation = Cancellation()
    let log = sandbox.events
    let stopping = Runner(
      try sandbox.pipeline(yaml), settings: sandbox.settings(), cancellation: cancellation
    ) { event in
      log.add(event)
      if case .progress(_, 2, _, _, _) = event { cancellation.cancel(signal: signal) }
    }
    let fault = #expect(throws: Interrupted.self) { try stopping.run() }
    #expect(fault?.exitCode == code)
    let three = try #require(try sandbox.fingerprints(yaml)["three"])
    #expect(sandbox.exists("Cache/\(three).partial/scratch/step-2"))
    #expect(!sandbox.exists("Cache/\(three)"))
    // Killed while writing: such a file is no part of the result.
    try DurableFile.write(
      text: "ha", to: DurableFile.temporarySibling(of: sandbox.path("Cache/\(three).partial/x")))

    let result = try sandbox.run(yaml)
    let steps = sandbox.events.all.filter {
      if case .progress = $0 { true } else { false }
    }
    #expect(steps.count == 1)
    #expect(result.stages.first { $0.name == "three" }?.files == ["total.txt"])
    #expect(!sandbox.exists("Cache/\(three).partial"))
    let clean = try Sandbox()
    try clean.run(yaml)
    #expect(try sandbox.contents("Cache") == clean.contents("Cache"))
  }

  @Test func aStageThatWasStoppedIsNotBelieved() throws {
    let sandbox = try Sandbox()
    let cancellation = Cancellation()
    let stopping = Runner(
      try sandbox.pipeline(chain), settings: sandbox.settings(), cancellation: cancellation
    ) { event in
      if case .stageStarted("twice", _, _) = event { cancellation.cancel(signal: 2) }
    }
    #expect(throws: Interrupted(signal: 2)) { try stopping.run() }
    let twice = try #require(try sandbox.fingerprints(chain)["twice"])
    #expect(!sandbox.exists("Cache/\(twice)") && !sandbox.exists("Cache/\(twice).partial"))
  }

  @Test func aStoppedRunStartsNothing() throws {
    let sandbox = try Sandbox()
    let cancellation = Cancellation()
    cancellation.cancel(signal: 15)
    cancellation.cancel(signal: 2)
    let fault = #expect(throws: Interrupted.self) {
      try sandbox.runner(chain, cancellation: cancellation).run()
    }
    #expect(fault?.exitCode == .terminated)
    #expect(sandbox.events.all.isEmpty)
  }

  @Test func foldersThatCannotBeWrittenAreToldFirst() throws {
    let sandbox = try Sandbox()
    try DurableFile.write(text: "a file", to: sandbox.path("Output"))
    let fault = #expect(throws: FolderFault.self) { try sandbox.run(chain) }
    #expect(fault?.exitCode == .cannotCreate)
    #expect(fault?.description.contains(sandbox.path("Output")) == true)
    #expect(fault?.description.contains("output folder") == true)
    #expect(sandbox.events.all.isEmpty)
    var settings = sandbox.settings()
    settings.output = sandbox.path("Fine")
    settings.cache = "/proc/nothing/here"
    let cache = #expect(throws: FolderFault.self) {
      try sandbox.runner(chain, settings: settings).run()
    }
    #expect(cache?.description.contains("cache folder") == true)
  }
}
