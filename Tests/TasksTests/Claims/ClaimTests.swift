import Tasks
import Testing

@Suite struct ClaimTests {
  /// A run whose value after epoch e is `values[e - 1]`, each epoch taking `pace` seconds.
  private func run(
    _ name: String, _ values: [Double], pace: Double? = nil, ending: String? = nil
  ) -> Trajectory {
    let points = ([-540] + values).enumerated().map { epoch, value in
      Trajectory.Point(epoch: epoch, value: value, seconds: pace.map { $0 * Double(epoch) })
    }
    return Trajectory(name: name, points: points, kind: .exact, ending: ending)
  }

  private func model(_ name: String, _ runs: [Trajectory]) -> ModelRuns {
    ModelRuns(name: name, runs: runs)
  }

  @Test func alikeIsJudgedByTheRangeAtTheEnd() {
    let close = model(
      "a", [run("1", [-140, -101]), run("2", [-130, -100]), run("3", [-139, -100.5])])
    #expect(Claim.alike(close).verdict == .held)
    let apart = model("a", [run("1", [-140, -110]), run("2", [-139, -100])])
    #expect(Claim.alike(apart).verdict == .failed)
    #expect(Claim.alike(apart).measured.contains("range 10.0 nats; epoch 1: "))
    let lost = model("a", [run("1", [-140, -101]), run("2", [-139, -101]), run("3", [-140])])
    #expect(Claim.alike(lost).verdict == .failed)
    let ended = model("a", [run("1", [-140, -101]), run("2", [-140], ending: "diverged")])
    #expect(Claim.alike(ended).verdict == .failed, "a run that ended early is not alike")
    #expect(Claim.alike(ended).measured == "1 of 2 seeds ended early")
    #expect(Claim.alike(model("a", [run("1", [-140, -101])])).verdict == .notMeasured)
  }

  @Test func fasterInEpochsAndSeconds() {
    let quick = model("q", [run("1", [-120, -110, -100], pace: 1)])
    let late = model("l", [run("1", [-130, -120, -110], pace: 1)])
    let claim = Claim.faster(quick, than: late, values: [-120, -110, -50])
    #expect(claim.verdict == .held)
    #expect(
      claim.measured.contains("\u{2212}110.0: 2 against 3 epochs, 2.0 against 3.0 s"))
    #expect(!claim.measured.contains("50.0"), "what neither reached says nothing")
    #expect(Claim.faster(late, than: quick, values: [-120, -110]).verdict == .failed)
  }

  @Test func fasterInEpochsButNotInSeconds() {
    let slow = model("s", [run("1", [-100], pace: 10)])
    let quick = model("q", [run("1", [-120, -100], pace: 1)])
    #expect(Claim.faster(slow, than: quick, values: [-100]).verdict == .partly)
    let untimed = model("s", [run("1", [-100])])
    let claim = Claim.faster(untimed, than: quick, values: [-100])
    #expect(claim.verdict == .held)
    #expect(!claim.measured.contains(" s"), "no time was measured for one of the two")
  }

  /// First only: ahead at the low value, never at the high one.
  @Test func overtaken() {
    let leader = model("a", [run("1", [-115, -112, -111])])
    let other = model("b", [run("1", [-140, -113, -101])])
    let claim = Claim.faster(leader, than: other, values: [-120, -105])
    #expect(claim.verdict == .partly)
    #expect(claim.measured.contains("\u{2212}105.0: never against 3 epochs"))
    #expect(Claim.faster(leader, than: other, values: [-1]).verdict == .notMeasured)
  }

  /// The upper of two middle runs: half of the seeds is not enough.
  @Test func arrivalIsTheMedianRuns() {
    let half = model("a", [run("1", [-100]), run("2", [-200])])
    let other = model("b", [run("1", [-300, -100])])
    let claim = Claim.faster(half, than: other, values: [-100])
    #expect(claim.verdict == .failed)
    #expect(claim.measured.contains(": never against 2 epochs"))
  }

  @Test func stuckRunsAreCounted() {
    let runs = [
      run("1", [-300, -140]), run("2", [-700, -650]), run("3", [-900], ending: "diverged"),
    ]
    let claim = Claim.notStuck(model("vae", runs), baseline: -206.5)
    #expect(claim.verdict == .partly)
    #expect(
      claim.measured.hasPrefix(
        "1 of 3 seeds below independent pixels (\u{2212}206.5), 1 diverged"))
    #expect(Claim.notStuck(model("vae", [runs[0]]), baseline: -206.5).verdict == .held)
    #expect(Claim.notStuck(model("vae", [runs[1]]), baseline: -206.5).verdict == .failed)
  }
}
