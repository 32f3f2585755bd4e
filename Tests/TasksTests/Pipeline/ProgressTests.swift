import Testing
import Workflow

extension StagesSuite {
  /// What stages tell of their progress.
  @Suite struct ProgressTests {
    private static let yaml = Pipelines.training(
      extra: """
          vae: {kind: train, data: shards, epochs: 1, batch: 16,
            leaf: {kind: vae, hidden: 4}}
          metrics: {kind: evaluate, model: vae.model, data: shards, likelihood: [elbo, "iwae:2"]}
          epochs: {kind: evaluate-epochs, checkpoints: spn.checkpoints, data: shards}
          film: {kind: film-strip, checkpoints: spn.checkpoints, count: 4}
          completions: {kind: inpaint, model: spn.model, data: shards, rows: 4, draws: 2}
          patches: {kind: anomaly, model: spn.model, data: shards, others: shards}
          blocks: {kind: anomaly, model: vae.model, data: shards, others: shards}
          baselines: {kind: completion-baselines, data: shards, components: [1, 2]}
          converted: {kind: convert, model: vae.model, data: shards, nodes: 9, epochs: 2}
          asked: {kind: questions, model: spn.model, data: shards, curve: spn.curve, images: 8,
            repetitions: 1}
          reconstructions: {kind: reconstruct, model: vae.model, data: shards, count: 4}
          sampling: {kind: monte-carlo, model: spn.model, data: shards, hidden: [4, 16, 4096],
            samples: [10], images: 2, repetitions: 1}
          mass: {kind: leaf-mass, models: {a: spn.model}, regions: 1}
          certificate: {kind: certify, model: spn.model, samples: 100}
        """)

    /// From beginning to end once, however many passes the work has: whoever sees 100 % has nothing
    /// left to wait for.
    @Test func everyStageCountsAllOfItsWorkOnce() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(Self.yaml)
      var reports: [String: [(completed: Int, total: Int)]] = [:]
      for event in summary.events {
        guard case .progress(let stage, let completed, let total, _, _) = event else { continue }
        reports[stage, default: []].append((completed, total))
      }
      let told = [
        "spn", "vae", "metrics", "epochs", "film", "completions", "patches", "blocks", "baselines",
        "converted", "asked", "reconstructions", "sampling", "mass", "certificate", "shards",
      ]
      #expect(Set(told).isSubset(of: reports.keys), "\(reports.keys.sorted())")
      for (stage, all) in reports {
        #expect(Set(all.map(\.total)).count == 1, "\(stage): one total, \(all)")
        let counts = all.map(\.completed)
        #expect(zip(counts, counts.dropFirst()).allSatisfy(<=), "\(stage): never back, \(counts)")
        #expect(counts.last == all.last?.total, "\(stage): to the end, \(all)")
        // The end is told once, by the last report.
        #expect(counts.count { $0 == all.last?.total } == 1, "\(stage): \(counts)")
      }
    }
  }
}
