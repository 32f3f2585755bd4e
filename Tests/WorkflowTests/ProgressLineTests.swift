import Testing
import Workflow

/// What a terminal shows of a run at work.
struct ProgressLineTests {
  private let start = ContinuousClock.now

  /// A stage that did `completed` in ten seconds after its first report.
  private func stage(
    _ name: String, _ completed: Int, of total: Int, before: Int = 0, detail: String = ""
  ) -> StageProgress {
    var stage = StageProgress(name: name, started: start)
    stage.report(completed: before, total: total, unit: "images", detail: detail, at: start)
    stage.report(
      completed: completed, total: total, unit: "images", detail: detail,
      at: start + .seconds(10))
    return stage
  }

  private func line(_ stages: [StageProgress], width: Int, done: Int = 4) -> String {
    ProgressLine(done: done, steps: 21, stages: stages, now: start + .seconds(10))
      .text(width: width)
  }

  @Test func eachStageHasATimeOfItsOwn() {
    let stages = [stage("spn/seed-1", 430, of: 1_000), stage("spn/seed-2", 900, of: 1_000)]
    #expect(
      line(stages, width: 200)
        == "4 of 21 stages done, 2 running: spn/seed-1 43 % (13.3 s left), spn/seed-2 90 % (1.1 s left)"
    )
    #expect(
      line(stages, width: 70)
        == "4 of 21 stages done, 2 running: spn/seed-1 43 %, spn/seed-2 90 %")
    #expect(line(stages, width: 55) == "4 of 21 stages done, 2 running: spn/seed-1 43 %, 1 more")
    #expect(line(stages, width: 44) == "4 of 21 stages done, 2 running")
    #expect(line(stages, width: 12) == "4 of 21 sta\u{2026}")
  }

  @Test func aLoneStageLosesItsLastPartsFirst() {
    let stages = [stage("spn", 400, of: 1_000, detail: "epoch 2/5, batch -81.20 nats")]
    #expect(
      line(stages, width: 200)
        == "4 of 21 stages done; spn: 40 %, 15.0 s left, 40 images/s, epoch 2/5, batch -81.20 nats")
    #expect(line(stages, width: 60) == "4 of 21 stages done; spn: 40 %, 15.0 s left, 40 images/s")
    #expect(line(stages, width: 44) == "4 of 21 stages done; spn: 40 %, 15.0 s left")
    #expect(line(stages, width: 30) == "4 of 21 stages done; spn: 40 %")
    #expect(line(stages, width: 20) == "spn: 40 %")
  }

  /// Whatever the width, nothing is wider.
  @Test(arguments: 1...120) func noLineIsWiderThanTheTerminal(_ width: Int) {
    let stages = [
      stage("a-stage-with-a-long-name/images-100/seed-1", 1, of: 3, detail: "\u{65E5}\u{672C}"),
      stage("b", 2, of: 3),
    ]
    for count in 0...2 {
      let text = line(Array(stages.prefix(count)), width: width)
      #expect(TerminalText.columns(of: text) <= width, "\(text)")
    }
  }

  /// What an earlier run did is no work of these ten seconds.
  @Test func aContinuedStageIsNotTooQuick() {
    let text = stage("spn", 900, of: 1_000, before: 800).line(at: start + .seconds(10))
    #expect(text == "spn: 90 %, 10.0 s left, 10 images/s")
  }

  @Test func atItsEndAStageIsFinishing() {
    let text = stage("inpaint", 50, of: 50).line(at: start + .seconds(10))
    #expect(text == "inpaint: 100 %, finishing, 5 images/s")
    let fresh = StageProgress(name: "poster", started: start)
    #expect(fresh.line(at: start + .seconds(3)) == "poster")
  }

  @Test func messagesBreakBetweenWords() {
    let text =
      "tessera: stopped by SIGINT; finished stages and epochs are stored, and the same command goes on"
    let lines = TerminalText.wrapped(text, to: 44)
    #expect(
      lines == [
        "tessera: stopped by SIGINT; finished stages", "  and epochs are stored, and the same",
        "  command goes on",
      ])
    #expect(TerminalText.wrapped("  spn: short", to: 44) == ["  spn: short"])
    let path = "Output/quickstart/a-very-long-name-of-a-stage/images-100/seed-1/samples.png"
    #expect(TerminalText.wrapped("written: \(path)", to: 44) == ["written:", "  \(path)"])
    #expect(TerminalText.columns(of: "a\u{65E5}e\u{301}") == 4)
    #expect(TerminalText.clipped("\u{65E5}\u{672C}\u{8A9E}", to: 4) == "\u{65E5}\u{2026}")
  }

  @Test func anInterruptionOfARunSaysHowToGoOn() {
    var stopped = Interrupted(signal: 2)
    #expect(stopped.description == "stopped by SIGINT")
    stopped.isContinued = true
    #expect(
      stopped.description
        == "stopped by SIGINT; finished stages and epochs are stored, and the same command goes on "
        + "from there")
  }
}
