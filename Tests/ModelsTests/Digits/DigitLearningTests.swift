import Circuits
import Datasets
import Numerics
import Testing

/// Learners on the embedded digits.
@Suite struct DigitLearningTests {
  private func circuit(units: Int = 2) throws -> Circuit {
    let graph = try PoonDomingos(steps: [1]).regionGraph(of: Lattice(rows: 7, columns: 7))
    let partition = try GridPartition(
      imageHeight: 28, imageWidth: 28, cellHeight: 4, cellWidth: 4)
    return Circuit(
      graph: graph, units: units, leaf: BernoulliLeaf(),
      superpixels: Superpixels(partition.cells.map { $0.map(Int32.init) }))
  }

  private func means(
    _ circuit: Circuit, _ parameters: Parameters, _ learner: any Learner, epochs: Int,
    on digits: DigitLeaves.Digits
  ) throws -> [Double] {
    let trainer = Trainer(
      circuit: circuit, parameters: parameters,
      settings: TrainingSettings(learner: learner, batch: 100),
      workers: ForkJoin(workers: 2))
    return try (1...epochs).map { try trainer.runEpoch($0, on: digits) }
  }

  /// From random and from clustered leaves.
  @Test(arguments: [false, true])
  func fullBatchesNeverLowerTheLikelihood(isClustered: Bool) throws {
    let digits = try DigitLeaves.Digits(first: 1_000)
    let circuit = try circuit()
    let parameters = circuit.initialParameters(seed: 1)
    if isClustered {
      try circuit.clusterLeaves(
        ClusteredLeaves(), images: (0..<1_000).map { $0 }, of: digits, seed: 1,
        workers: ForkJoin(workers: 2), into: parameters)
    }
    let means = try means(
      circuit, parameters, ExpectationMaximisation(), epochs: 12, on: digits)
    for (before, after) in zip(means, means.dropFirst()) {
      #expect(after >= before - 1e-6 * abs(before), "\(means)")
    }
    #expect(means[11] > means[0] + 10)
  }

  /// Clusters of patches are a better start than random units, by far.
  @Test func clustersAreLikelierThanRandomUnits() throws {
    let digits = try DigitLeaves.Digits(first: 1_000)
    let circuit = try circuit(units: 4)
    let random = circuit.initialParameters(seed: 1)
    let clustered = circuit.initialParameters(seed: 1)
    try circuit.clusterLeaves(
      ClusteredLeaves(), images: (0..<1_000).map { $0 }, of: digits, seed: 1,
      workers: ForkJoin(workers: 2), into: clustered)
    let values = try [random, clustered].map { parameters in
      let all = try circuit.logLikelihoods(
        digits, derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2)
      ) { _ in }
      return LogLikelihoodSummary(all).mean
    }
    #expect(values[1] > values[0] + 200, "\(values)")
  }
}
