import Configuration
import Files
import Foundation
import Storage
import Tasks
import Testing
import Workflow

extension StagesSuite {
  /// Learners, schedules, first parameters and early ends, as pipelines say them.
  @Suite struct LearnersTests {
    private static let fields = "batch: 16, "
    private static let trainings = [
      "learner: em", "learner: {kind: em, pseudoCount: 0.5}, initialisation: k-means",
      "learner: {kind: em, step: 0.9, schedule: {kind: polynomial, offset: 2, warmUp: 3}}",
      "learner: {kind: mixed, step: 0.2, schedule: {kind: cosine, epochs: 4}}, "
        + "leaf: {kind: vae, hidden: 3}",
      "learner: {kind: mixed, step: 0.2}, initialisation: {kind: k-means, pseudoCount: 0}, "
        + "leaf: {kind: mixture, nodes: 4, hidden: 3}",
      "learner: {kind: adam, schedule: {kind: half-life, steps: 7}}, "
        + "initialisation: {kind: k-means, images: 30, iterations: 3}, patience: 3",
      "learner: {kind: em, step: 0.5, leafPseudoCount: 0.3, smoothing: 0.2, smoothingWidth: 3}, "
        + "leaf: categorical, binarisation: none",
    ]

    /// Stopped in its third epoch and continued, with other numbers of workers.
    @Test(arguments: trainings)
    func workersAndStopsChangeNoByte(training: String) throws {
      let yaml = Pipelines.training(epochs: 4, train: Self.fields + training)
      let whole = try Sandbox()
      #expect(try whole.run(yaml, workers: 1).warnings.isEmpty)
      let expected = try whole.results()
      for workers in [2, 4] {
        let sandbox = try Sandbox()
        let cancellation = Cancellation()
        let runner = try sandbox.runner(yaml, workers: workers, cancellation: cancellation) {
          if case .progress("spn", let done, _, _, _) = $0, done > Pipelines.imagesOfEpoch * 2 {
            cancellation.cancel(signal: 2)
          }
        }
        #expect(throws: Interrupted.self) { try runner.run() }
        let summary = try sandbox.run(yaml, workers: workers)
        #expect(summary.notes.contains("continuing after epoch 2"))
        #expect(try sandbox.results() == expected)
      }
    }

    /// It ends early, is no failure, says so, keeps the best epoch, and is not run again.
    @Test func patienceEndsATraining() throws {
      let yaml = Pipelines.training(
        epochs: 60, train: Self.fields + "patience: 2, minimumImprovement: 0.2",
        extra: Pipelines.evaluation)
      let sandbox = try Sandbox()
      let summary = try sandbox.run(yaml)
      let curve = try HDF5File.open(sandbox.path("Output/tiny/spn/curve.h5"))
      guard case .doubles(let validation)? = try curve.table("/curve")["validation"],
        case .strings(let status)? = try curve.table("/outcome")["status"],
        case .strings(let reason)? = try curve.table("/outcome")["reason"]
      else {
        Issue.record("no curve")
        return
      }
      #expect(validation.count > 3 && validation.count < 60)
      #expect(status == ["stopped"])
      #expect(reason.first?.contains("did not improve by more than 0.200 nats in the 2") == true)
      #expect(summary.notes.contains { $0.hasPrefix("stopped after epoch \(validation.count): ") })
      #expect(summary.ran.contains("metrics"))
      #expect(try sandbox.run(yaml).didNothing)

      // Stopped by hand as well, on the way.
      let other = try Sandbox()
      let cancellation = Cancellation()
      let runner = try other.runner(yaml, cancellation: cancellation) {
        if case .progress("spn", let done, _, _, _) = $0, done > Pipelines.imagesOfEpoch * 3 {
          cancellation.cancel(signal: 2)
        }
      }
      #expect(throws: Interrupted.self) { try runner.run() }
      try other.run(yaml)
      #expect(try other.results() == sandbox.results())
    }

    @Test func patienceWantsValidationImages() throws {
      let yaml = Pipelines.training(split: "validation: 0", train: Self.fields + "patience: 2")
      let sandbox = try Sandbox()
      let fault = #expect(throws: (any Error).self) { try sandbox.run(yaml) }
      #expect((fault as? any Fault)?.exitCode == .configuration)
      #expect(fault.map { "\($0)".contains("expected validation images") } == true)
    }

    @Test(arguments: [
      ("leaf: vae, learner: em", "learner", "vae leaves are no exponential family"),
      (
        "leaf: {kind: mixture}, learner: {kind: mixed, leafPseudoCount: 1}", "learner",
        "set leaves: em, or remove them"
      ),
      (
        "learner: {kind: em, smoothing: 0.1}", "learner",
        "bernoulli leaves have no probability for each of 256 levels"
      ),
      (
        "learner: {kind: em, smoothingWidth: 3}", "smoothingWidth",
        "needs smoothing: set smoothing as well"
      ),
      (
        "leaf: {kind: mixture}, learner: {kind: mixed, leaves: em}", "learner",
        "leaves: em: mixture leaves are no exponential family"
      ),
      ("leaf: vae, initialisation: k-means", "initialisation", "expected random"),
      ("missing: left, initialisation: k-means", "initialisation", "takes whole images"),
      ("minimumImprovement: 1", "minimumImprovement", "expected patience as well"),
      (
        "learner: {kind: em, schedule: constant}", "schedule",
        "is of a step size: expected a step as well"
      ),
      (
        "learner: {kind: adam, halfLife: 3, schedule: constant}", "halfLife",
        "expected it or schedule"
      ),
      (
        "learner: {kind: adam, schedule: {kind: cosine}}", "kind",
        "expected steps or epochs, one of them"
      ),
      (
        "learner: {kind: em, step: 1, schedule: {kind: linear, epochs: [0, 9], factors: [1]}}",
        "factors",
        "expected one for each of epochs"
      ),
      (
        "learner: {kind: em, step: 1, schedule: {kind: linear, epochs: [9, 0], factors: [1, 1]}}",
        "epochs", "expected ascending numbers"
      ),
    ])
    func whatDoesNotFitIsSaidBeforeAnyWork(train: String, key: String, message: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training(train: Self.fields + train))
      let ended = try Tessera.run("run", "p.yaml", in: sandbox)
      #expect(ended.status == 78)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.hasPrefix("tessera: p.yaml:10:"))
      #expect(ended.errors.contains("\(key) of ") && ended.errors.contains(message))
      #expect(!sandbox.exists("Data/Cache"))
    }
  }
}
