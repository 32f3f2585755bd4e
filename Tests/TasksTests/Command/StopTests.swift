import Files
import Foundation
import Testing

extension CommandSuite {
  /// Whatever is at work stops within 5 seconds.
  @Suite(.timeLimit(.minutes(4))) struct StopTests {
    /// How soon each has to have ended.
    private static let seconds = 5.0

    private func stop(
      _ child: Child, _ signal: Int32 = SIGTERM, when condition: () -> Bool
    ) throws -> Ended {
      var asked = Date()
      let ended = try child.signal(signal) {
        guard condition() else { return false }
        // Into the work, past what is said of its beginning.
        usleep(700_000)
        asked = Date()
        return true
      }
      let took = Date().timeIntervalSince(asked)
      #expect(took < Self.seconds, "\(took) seconds")
      return ended
    }

    @Test(arguments: [
      "cert: {kind: certify, model: spn.model, samples: 1000000}",
      "freq: {kind: conditional-frequencies, models: {spn: spn.model}, data: shards, draws: 1000000, "
        + "regions: 1, images: 20}",
      "mc: {kind: monte-carlo, model: spn.model, data: shards, hidden: [32], samples: [1000000], "
        + "images: 20}",
      "cost: {kind: marginal-cost, sides: [64], images: 100000, models: [{name: a, superpixel: [16, 16], "
        + "units: 16}]}",
    ])
    func aLongStage(stage: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training(epochs: 1, extra: "  \(stage)"))
      let name = stage.prefix { $0 != ":" }
      let child = try Child(["run", "p.yaml"], in: sandbox)
      let ended = try stop(child) { child.errorsSoFar.contains("\n\(name): ") }
      #expect(ended.status == 143 && !ended.wasKilled)
      // By itself, not by its deadline.
      #expect(ended.errorLines.last?.hasPrefix("tessera: stopped by SIGTERM") == true)
      #expect(try sandbox.strays().isEmpty)
    }

    @Test func leavesOfManyHiddenUnits() throws {
      let sandbox = try Sandbox()
      try sandbox.write(
        "p.yaml",
        Pipelines.training(
          epochs: 100,
          cells: "[4, 4]",
          train: "batch: 50, leaf: {kind: vae, hidden: 65536, latent: 8}, "
            + "units: 8"))
      let child = try Child(["run", "p.yaml"], in: sandbox)
      let ended = try stop(child) { child.errorsSoFar.contains("\nspn: ") }
      #expect(ended.status == 143 && !ended.wasKilled)
    }

    @Test func aCommand() throws {
      let sandbox = try ModelFixture.sandbox()
      // 8 million black images: a hole of half a gigabyte.
      try Data([0, 0, 8, 3, 0, 0x80, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8])
        .write(to: URL(filePath: sandbox.path("black.idx")))
      #expect(truncate(sandbox.path("black.idx"), 16 + (0x80_0000 << 6)) == 0)
      for arguments in [
        ["evaluate", "--model", "model.h5", "--images", "black.idx"],
        [
          "sample", "--model", "model.h5", "--given", "black.idx", "--hide", "left", "--count",
          "10000",
          "--draws", "100", "--output", "x.png",
        ],
      ] {
        let child = try Child(arguments, in: sandbox)
        let ended = try stop(child, SIGINT) { true }
        #expect(ended.status == 130 && !ended.wasKilled)
        #expect(ended.errorLines.last == "tessera: stopped by SIGINT", "\(ended.errors)")
        #expect(try sandbox.strays().isEmpty)
      }
    }

    /// A program that draws for us ends with us, asked or not.
    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGKILL, 9)] as [(Int32, Int32)])
    func programsEndWithUs(signal: Int32, status: Int32) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.all)
      try DurableFile.createFolder(sandbox.path("bin"))
      let program = sandbox.path("bin/gnuplot")
      let note = sandbox.path("plotter")
      try DurableFile.write(
        text: "#!/bin/sh\necho $$ > \(note).new; mv \(note).new \(note); while :; do :; done\n",
        to: program)
      chmod(program, 0o755)
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let child = try Child(
        ["run", "p.yaml"], in: sandbox, environment: ["PATH": "\(sandbox.path("bin")):\(path)"])
      let ended = try stop(child, signal) { sandbox.exists("plotter") }
      #expect(ended.status == status)
      #expect(ended.wasKilled == (signal == SIGKILL))
      let text = try sandbox.text("plotter").trimmingCharacters(in: .whitespacesAndNewlines)
      let plotter = try #require(Int32(text))
      #if os(Linux)
        #expect(isGone(plotter))
      #endif
    }

    private func isGone(_ process: Int32) -> Bool {
      for _ in 0..<100 {
        if kill(process, 0) != 0 { return true }
        let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        if state?.contains(") Z ") == true { return true }
        usleep(10_000)
      }
      return false
    }
  }
}
