import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct ExpectationMaximisationTests {
  /// Small enough for all their parse trees.
  private static let enumerable = [
    TinyCircuit(rows: 1, columns: 2, units: 3), TinyCircuit(rows: 2, columns: 2, units: 2),
    TinyCircuit(rows: 1, columns: 3, units: 2, cellPixels: 2),
    TinyCircuit(rows: 2, columns: 3, units: 2),
    TinyCircuit(rows: 1, columns: 4, units: 2, Halving(cutsBothSides: false)),
    TinyCircuit(rows: 1, columns: 1, units: 3, cellPixels: 4),
    TinyCircuit(rows: 2, columns: 3, units: 2, products: ElementwiseProducts()),
    TinyCircuit(rows: 2, columns: 2, units: 2, sharing: .sums),
    TinyCircuit(
      rows: 2, columns: 3, units: 3, TreeOfCells([nil, 0, 0, 0, 3, 3]),
      products: ElementwiseProducts()),
  ]

  /// Softmax of the logits of each sum unit.
  private func weights(_ circuit: Circuit, _ parameters: Parameters) -> [Double] {
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    return circuit.weightGroups.flatMap { sum in
      (0..<sum.units).flatMap { reference.logWeights(of: sum, unit: $0).map(naturalExponential) }
    }
  }

  @Test(arguments: enumerable)
  func aStepIsThatOfCountsOverAllParseTrees(tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let images = prototypeImages(count: 25, pixels: tiny.pixelCount)
    let before = circuit.initialParameters(seed: 5, weightSpread: 1)
    let trees = ParseTrees(circuit, parameters: before.doubles)
    let expected = trees.expectedCounts(images)
    let trainer = makeTrainer(circuit, ExpectationMaximisation(), parameters: before, batch: 8)
    let mean = try trainer.runEpoch(1, on: Rows(images))
    #expect(abs(mean * 25 - expected.logLikelihood) < 25 * Tolerance.kernel)
    #expect(trainer.state.step == 1)

    let found = weights(circuit, trainer.parameters)
    for sum in circuit.weightGroups {
      let size = sum.productCount
      for unit in 0..<sum.units {
        let own = sum.weightOffset + unit * size..<sum.weightOffset + (unit + 1) * size
        let total = expected.edges[own].reduce(0, +)
        for edge in own {
          #expect(abs(found[edge] - expected.edges[edge] / total) < Tolerance.kernel)
        }
      }
    }
    for (leaf, pixels) in circuit.leafPixels.enumerated() {
      for unit in 0..<tiny.units {
        let flows = expected.leaves.map { $0[leaf * tiny.units + unit] }
        for (place, pixel) in pixels.enumerated() {
          let ones = zip(flows, images).reduce(0.0) { $0 + $1.0 * Double($1.1[Int(pixel)]) }
          let logit = trainer.parameters.doubles[
            circuit.layout.leafParameters[leaf] + unit * pixels.count + place]
          #expect(abs(logistic(logit) - ones / flows.reduce(0, +)) < Tolerance.kernel)
        }
      }
    }
  }

  /// A stochastic step goes the given part of the way, of weights and of means.
  @Test func aStochasticStepGoesPartOfTheWay() throws {
    let tiny = TinyCircuit(rows: 2, columns: 2, units: 2)
    let circuit = try tiny.circuit()
    let images = Rows(prototypeImages(count: 30, pixels: 4))
    let before = { circuit.initialParameters(seed: 5, weightSpread: 1) }
    let whole = makeTrainer(circuit, ExpectationMaximisation(), parameters: before(), batch: 30)
    let part = makeTrainer(
      circuit, ExpectationMaximisation(step: 0.3), parameters: before(), batch: 30)
    try whole.runEpoch(1, on: images)
    try part.runEpoch(1, on: images)
    let old = weights(circuit, before())
    for (index, pair) in zip(
      weights(circuit, whole.parameters), weights(circuit, part.parameters)
    ).enumerated() {
      #expect(abs(pair.1 - (0.7 * old[index] + 0.3 * pair.0)) < Tolerance.kernel)
    }
    for index in circuit.layout.sumWeightCount..<circuit.layout.parameterCount {
      let means = [before(), whole.parameters, part.parameters].map { logistic($0.doubles[index]) }
      #expect(abs(means[2] - (0.7 * means[0] + 0.3 * means[1])) < Tolerance.kernel)
    }
  }

  /// In one batch, and in batches that are added up: there to the last bits of the sums.
  @Test func aStochasticStepOfOneOnTheWholeSetIsAFullBatchStep() throws {
    let tiny = TinyCircuit(rows: 3, columns: 3, units: 2)
    let circuit = try tiny.circuit()
    let images = Rows(prototypeImages(count: 150, pixels: 9))
    let results = try [
      (ExpectationMaximisation(step: 1), 150), (ExpectationMaximisation(), 150),
      (ExpectationMaximisation(), 1_000), (ExpectationMaximisation(), 64),
    ].map { learner, batch in
      let trainer = makeTrainer(circuit, learner, batch: batch)
      for epoch in 1...3 { try trainer.runEpoch(epoch, on: images) }
      #expect(trainer.state.step == 3)
      return trainer.parameters
    }
    #expect(results[1].values.array == results[0].values.array)
    #expect(results[2].values.array == results[0].values.array)
    for (a, b) in zip(weights(circuit, results[3]), weights(circuit, results[0])) {
      #expect(abs(a - b) < Tolerance.kernel)
    }
  }

  @Test(arguments: [nil, 0.2], [20, 130])
  func anyNumberOfWorkersGivesTheSameBits(step: Double?, batch: Int) throws {
    let circuit = try TinyCircuit(rows: 3, columns: 3, units: 2).circuit()
    let images = Rows(noisyImages(count: 701, pixels: 9))
    let results = try [1, 2, 4].map { workers in
      let trainer = makeTrainer(
        circuit, ExpectationMaximisation(step: step), batch: batch, workers: workers)
      let means = try (1...3).map { try trainer.runEpoch($0, on: images) }
      return (trainer.parameters.values.array, means)
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
    }
  }

  @Test func continuingIsTheSameAsNotStopping() throws {
    let circuit = try TinyCircuit(rows: 3, columns: 3, units: 2).circuit()
    let images = Rows(noisyImages(count: 50, pixels: 9))
    let learner = ExpectationMaximisation(
      step: 0.9, schedule: Schedule(.polynomial(offset: 2, exponent: 0.7), warmUp: 2))
    let whole = makeTrainer(circuit, learner)
    for epoch in 1...4 { try whole.runEpoch(epoch, on: images) }
    let first = makeTrainer(circuit, learner)
    for epoch in 1...2 { try first.runEpoch(epoch, on: images) }
    let second = makeTrainer(
      circuit, learner, parameters: Parameters(first.parameters.values.array),
      state: LearnerState(step: first.state.step, arrays: []))
    for epoch in 3...4 { try second.runEpoch(epoch, on: images) }
    #expect(second.parameters.values.array == whole.parameters.values.array)
    #expect(second.state.step == 12)
  }

  /// Weights of 0, which no file may have, are raised before the first step; EM keeps them at its least.
  @Test func weightsOfNothingBecomeTheLeastThereIs() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 2).circuit()
    let parameters = circuit.initialParameters(seed: 2)
    let sums = circuit.layout.sumWeightCount
    for index in 0..<sums { parameters.values.pointer[index] = index % 4 == 0 ? 0 : -.infinity }
    let trainer = makeTrainer(circuit, ExpectationMaximisation(), parameters: parameters)
    try trainer.runEpoch(1, on: Rows(prototypeImages(count: 40, pixels: 2)))
    let after = trainer.parameters.values.array
    #expect(after.allSatisfy { $0.isFinite })
    for index in 0..<sums where index % 4 != 0 { #expect(after[index] == smallestLogProbability) }
  }

  @Test func pseudoCountsAreSpreadEvenly() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 2).circuit()
    let trainer = makeTrainer(circuit, ExpectationMaximisation(pseudoCount: 1))
    try trainer.runEpoch(1, on: Rows([[0, 1], [0, 1], [0, 0]]))
    let means = trainer.parameters.doubles.map(logistic)
    #expect(abs(means[0] - 0.5 / 4) < Tolerance.kernel)
    #expect(abs(means[1] - 2.5 / 4) < Tolerance.kernel)
  }
}
