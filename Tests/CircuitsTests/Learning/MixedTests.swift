import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct MixedTests {
  private static let leaves: [LeafCase] = [
    LeafCase(BernoulliLeaf()), LeafCase(AutoencoderLeaf(hidden: 3)),
    LeafCase(MixtureLeaf(nodes: PriorNodes(.quantile, count: 16, latent: 2), hidden: 3)),
  ]

  private let adam = Adam(rate: 0.02)
  private let em = ExpectationMaximisation(step: 0.2)

  /// One step from the same place: leaves, and what is remembered of them, as Adam's bits; weights as
  /// EM's.
  @Test(arguments: leaves)
  func eachPartTakesItsOwnStep(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let images = Rows(leaf.images(count: 19))
    // Two steps of Adam first, so that there are moments.
    let before = makeTrainer(circuit, adam)
    for epoch in 1...2 { try before.runEpoch(epoch, on: images) }
    func step(_ learner: any Learner) throws -> Trainer {
      let trainer = makeTrainer(
        circuit, learner, parameters: Parameters(before.parameters.values.array),
        state: LearnerState(
          step: 2, arrays: before.state.arrays.map { ($0.name, $0.values.array) }))
      try trainer.runEpoch(3, on: images)
      return trainer
    }
    let mixed = try step(Mixed(sums: em, leaves: adam))
    let ofLeaves = circuit.layout.sumWeightCount..<circuit.layout.parameterCount
    let alone = try step(adam)
    #expect(mixed.parameters.values.array[ofLeaves] == alone.parameters.values.array[ofLeaves])
    for (own, other) in zip(mixed.state.arrays, alone.state.arrays) {
      #expect(own.values.array[ofLeaves] == other.values.array[ofLeaves])
    }
    // EM of a family that has it does the same to sums as beside any other.
    let sums = 0..<circuit.layout.sumWeightCount
    #expect(mixed.parameters.values.array[sums] != alone.parameters.values.array[sums])
    if leaf.leaf.hasReestimate {
      let reestimated = try step(em)
      #expect(mixed.parameters.values.array[sums] == reestimated.parameters.values.array[sums])
      let both = try step(Mixed(sums: em, leaves: adam, reestimatesLeaves: true))
      #expect(both.parameters.values.array == reestimated.parameters.values.array)
    }
  }

  /// Without sums it is Adam, for any number of steps.
  @Test func whereThereAreNoSumsItIsAdam() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 3, cellPixels: 6).circuit()
    let images = Rows(prototypeImages(count: 50, pixels: 6))
    let results = try [adam, Mixed(sums: em, leaves: adam)].map { (learner: any Learner) in
      let trainer = makeTrainer(circuit, learner)
      for epoch in 1...5 { try trainer.runEpoch(epoch, on: images) }
      return trainer.parameters.values.array
    }
    #expect(results[0] == results[1])
  }

  @Test func anyNumberOfWorkersGivesTheSameBitsAndItLearns() throws {
    let leaf = Self.leaves[1]
    let images = Rows(prototypeImages(count: 150, pixels: leaf.tiny.pixelCount))
    let circuit = try leaf.circuit()
    let results = try [1, 2, 4].map { workers in
      let trainer = makeTrainer(
        circuit, Mixed(sums: em, leaves: adam), batch: 40, workers: workers)
      let means = try (1...8).map { try trainer.runEpoch($0, on: images) }
      return (trainer.parameters.values.array, means)
    }
    #expect(results[1].0 == results[0].0 && results[2].0 == results[0].0)
    #expect(results[0].1[7] > results[0].1[0] + 0.3)
  }

  @Test func whatALearnerCannotTeachIsSaid() {
    let networks = AutoencoderLeaf()
    #expect(em.complaint(about: BernoulliLeaf()) == nil)
    #expect(em.complaint(about: GaussianLeaf()) == nil)
    #expect(em.complaint(about: networks)?.contains("mixed") == true)
    #expect(Mixed(sums: em, leaves: adam).complaint(about: networks) == nil)
    #expect(
      Mixed(sums: em, leaves: adam, reestimatesLeaves: true).complaint(about: networks) != nil)
  }
}
