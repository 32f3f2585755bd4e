import Foundation
import Testing
import benchmark

/// Pairs of runs in which something else took processor time give no figure.
@Suite struct ScalingTests {
  /// One worker for a second, all of two for `all` seconds.
  private func pair(
    all: Double, foreign: Double? = 0, coreShare: Double = 1
  ) -> Scaling.Pair {
    Scaling.Pair(
      one: ProcessorUse(wall: 1, own: 1, foreign: foreign),
      all: ProcessorUse(wall: all, own: 2 * all, foreign: foreign), coreShare: coreShare)
  }

  private func row(_ pairs: [Scaling.Pair], wanted: Int) -> benchmark.Measurement {
    Scaling.measurement(name: "scaling/x", workers: 2, batch: 128, pairs, wanted: wanted)
  }

  @Test func medianIsOfUndisturbedPairs() throws {
    let quiet = [0.5, 0.55, 0.52].map { pair(all: $0) }
    let disturbed = [1.25, 1.2, 1.3].map { pair(all: $0, foreign: 0.8) }
    let found = row(disturbed + quiet, wanted: 3)
    #expect(found.value == 1 / 0.52)
    #expect(found.repetitions == 3 && found.disturbed == 3)
    let share = try #require(found.serialShare)
    #expect(abs(share - 0.04) < 1e-12, "Amdahl: 1 / (s + (1 - s) / 2) = 1 / 0.52")
    #expect(found.line.contains("3 disturbed pairs left out"))
  }

  @Test func tooFewUndisturbedPairsGiveNoFigure() {
    let disturbed = (0..<14).map { _ in pair(all: 1.25, foreign: 0.8) }
    let found = row(disturbed + [pair(all: 0.5)], wanted: 5)
    #expect(found.value == nil && found.serialShare == nil)
    #expect(found.line.contains("no figure: something else took processor time in 14 of 15 pairs"))
  }

  @Test func aThreadThatWaitedDisturbs() {
    let waited = Scaling.Pair(
      one: ProcessorUse(wall: 1, own: 0.8, foreign: nil),
      all: ProcessorUse(wall: 0.5, own: 1, foreign: nil), coreShare: 1)
    #expect(waited.isDisturbed)
    #expect(pair(all: 0.5, foreign: nil, coreShare: 0.6).isDisturbed, "cores shared out unseen")
    #expect(!pair(all: 0.5, foreign: nil).isDisturbed)
  }

  /// "serial share 149 %" was printed of a ratio of 0.8.
  @Test func serialShareIsAShare() {
    #expect(Scaling.serialShare(0.8, workers: 2) == nil)
    #expect(Scaling.serialShare(1, workers: 2) == 1)
    #expect(Scaling.serialShare(2, workers: 2) == 0)
    #expect(Scaling.serialShare(2.1, workers: 2) == 0)
  }

  @Test func foreignTimeIsTheMachinesWithoutOurs() {
    let text = "cpu  700 10 50 5000 20 1 4 35 600 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n"
    let before = ProcessorTime(
      wall: 0, own: 2,
      machine: ProcessorTime.machineSeconds(ofStatistics: text, ticksASecond: 100))
    #expect(before.machine == 8, "idle and waiting apart, steal included, guests counted once")
    let use = ProcessorUse(from: before, to: ProcessorTime(wall: 1, own: 3.5, machine: 10))
    #expect(use.foreign == 0.5)
    #expect(use.isDisturbed)
    #expect(ProcessorTime.machineSeconds(ofStatistics: "intr 1 2\n", ticksASecond: 100) == nil)
  }

  /// Other tests run in this process at the same time, so its processor time has a lower bound alone:
  /// what this thread used by its own clock.
  @Test func ownTimeIsMeasured() {
    let use = ProcessorUse.during {
      let end = Self.threadSeconds + 0.1
      while Self.threadSeconds < end {}
    }
    #expect(use.own > 0.09)
    #expect(use.wall > 0.09)
  }

  /// Processor seconds of the calling thread.
  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
