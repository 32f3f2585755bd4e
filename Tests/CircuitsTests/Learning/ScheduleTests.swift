import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct ScheduleTests {
  private func factor(_ schedule: Schedule, _ steps: Int, perEpoch: Int = 10) -> Double {
    schedule.factor(after: steps, stepsPerEpoch: perEpoch)
  }

  private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) < Tolerance.reference }

  @Test func constant() {
    #expect(factor(Schedule(), 0) == 1)
    #expect(factor(Schedule(), 1_000_000) == 1)
  }

  @Test(arguments: [Schedule.Span.steps(20), .epochs(2)])
  func halfLife(span: Schedule.Span) {
    let schedule = Schedule(.halfLife(span))
    #expect(factor(schedule, 0) == 1)
    #expect(isNear(factor(schedule, 20), 0.5))
    #expect(isNear(factor(schedule, 30), 0.5 * 0.5.squareRoot()))
  }

  @Test(arguments: [Schedule.Span.steps(20), .epochs(2)])
  func cosineEndsAtZeroAndStaysThere(span: Schedule.Span) {
    let schedule = Schedule(.cosine(span))
    #expect(factor(schedule, 0) == 1)
    #expect(isNear(factor(schedule, 5), (1 + 0.5.squareRoot()) / 2))
    #expect(isNear(factor(schedule, 10), 0.5))
    for steps in [20, 21, 1_000] { #expect(factor(schedule, steps) == 0) }
  }

  @Test func cosineWithAFloorEndsThere() {
    let schedule = Schedule(.cosine(.steps(20), floor: 0.2))
    #expect(factor(schedule, 0) == 1)
    #expect(isNear(factor(schedule, 10), 0.6))
    for steps in [20, 1_000] { #expect(factor(schedule, steps) == 0.2) }
  }

  @Test func linearGoesThroughItsPoints() {
    let schedule = Schedule(.linear(epochs: [1, 3, 7], factors: [1, 0.5, 0.1]))
    for (steps, expected) in [
      (0, 1.0), (10, 1), (20, 0.75), (30, 0.5), (50, 0.3), (70, 0.1), (999, 0.1),
    ] {
      #expect(isNear(factor(schedule, steps), expected), "after \(steps) steps")
    }
  }

  @Test func polynomial() {
    let schedule = Schedule(.polynomial(offset: 4, exponent: 0.5))
    #expect(isNear(factor(schedule, 0), 0.5))
    #expect(isNear(factor(schedule, 12), 0.25))
  }

  @Test func warmUpRisesInEqualParts() {
    let flat = Schedule(warmUp: 4)
    #expect((0..<6).map { factor(flat, $0) } == [0.25, 0.5, 0.75, 1, 1, 1])
    let falling = Schedule(.cosine(.steps(10)), warmUp: 2)
    #expect(isNear(factor(falling, 0), 0.5))
    #expect(factor(falling, 3) == factor(Schedule(.cosine(.steps(10))), 3))
  }

  /// Two epochs of three steps: with a factor of 0 in the second, nothing moves in it.
  @Test(arguments: [true, false])
  func learnersTakeTheirFactor(isAdam: Bool) throws {
    let circuit = try TinyCircuit(rows: 2, columns: 2, units: 2).circuit()
    let images = Rows(noisyImages(count: 50, pixels: 4))
    let schedule = Schedule(.cosine(.epochs(1)))
    let learner: any Learner =
      isAdam
      ? Adam(schedule: schedule) : ExpectationMaximisation(step: 0.5, schedule: schedule)
    let trainer = makeTrainer(circuit, learner, batch: 20)
    try trainer.runEpoch(1, on: images)
    let first = trainer.parameters.doubles
    #expect(first != circuit.initialParameters(seed: 1).doubles)
    try trainer.runEpoch(2, on: images)
    #expect(trainer.state.step == 6)
    for (a, b) in zip(first, trainer.parameters.doubles) {
      // EM's come back from weights.
      #expect(isAdam ? a == b : abs(logistic(a) - logistic(b)) < Tolerance.kernel)
    }
  }
}
