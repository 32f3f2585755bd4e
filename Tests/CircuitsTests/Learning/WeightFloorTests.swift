import Circuits
import Numerics
import TestSupport
import Testing

/// Sum weights stay where the linear domain is right, whoever learns them.
@Suite struct WeightFloorTests {
  /// Levels of four images' kinds, with noise.
  private func levels(count: Int, pixels: Int) -> [[UInt8]] {
    noisyImages(count: count, pixels: pixels, seed: 2).enumerated().map { image, noise in
      noise.enumerated().map { pixel, bit in
        UInt8(bit == 0 ? 40 + 50 * ((image + pixel / 3) % 4) : 250 - pixel)
      }
    }
  }

  private func circuit() throws -> Circuit {
    try TinyCircuit(rows: 6, columns: 6, units: 4, Halving(cutsBothSides: false))
      .circuit(leaf: FactorisedLeaf(BinomialEmission()))
  }

  private func expectDefinition(_ circuit: Circuit, _ parameters: Parameters, _ images: [[UInt8]])
    throws
  {
    let derived = circuit.derived(from: parameters)
    #expect(derived.isLinear)
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: derived, workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in zip(images, found.values) {
      let expected = reference.logLikelihood(image)
      #expect(abs(value - expected) < Tolerance.kernel * abs(expected))
    }
  }

  /// First weights of spread 40 lost most units to 0, and trainings diverged.
  @Test(arguments: [
    Adam(rate: 0.05) as any Learner, ExpectationMaximisation(step: 0.2),
    Mixed(sums: ExpectationMaximisation(step: 0.2), leaves: Adam(rate: 0.05)),
  ])
  func wideFirstWeightsTrain(_ learner: any Learner) throws {
    let circuit = try circuit()
    let images = levels(count: 60, pixels: 36)
    let parameters = circuit.initialParameters(seed: 1, weightSpread: 40)
    let trainer = makeTrainer(circuit, learner, parameters: parameters)
    let first = try trainer.runEpoch(1, on: Rows(images))
    var last = first
    for epoch in 2...6 { last = try trainer.runEpoch(epoch, on: Rows(images)) }
    #expect(last > first)
    try expectDefinition(circuit, trainer.parameters, images)
  }

  /// Looked-up leaves beyond the exponents send every image to the log domain, whose weights are those that
  /// are learned.
  @Test func weightsBesideVerySmallLeavesAreLearned() throws {
    let circuit = try TinyCircuit(rows: 2, columns: 2, units: 2).circuit()
    let parameters = circuit.initialParameters(seed: 1)
    // White has -3e7 nats in the first pixel, which is black in all images.
    let first = circuit.layout.leafParameters[0]
    for unit in 0..<2 { parameters.values.pointer[first + unit] = -3e7 }
    let black = Int(circuit.leafPixels[0][0])
    let images = noisyImages(count: 40, pixels: 4).map { image in
      image.enumerated().map { $0 == black ? 0 : $1 }
    }
    let trainer = makeTrainer(circuit, Adam(rate: 0.1), parameters: parameters)
    #expect(!trainer.derived.isLinear)
    for epoch in 1...3 { try trainer.runEpoch(epoch, on: Rows(images)) }
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: trainer.derived, workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: trainer.parameters.doubles)
    for (image, value) in zip(images, found.values) {
      let expected = reference.logLikelihood(image)
      #expect(abs(value - expected) < Tolerance.kernel * max(1, abs(expected)))
    }
  }

  /// Adam pushes what never helps down for ever.
  @Test func adamStopsAtTheFloor() throws {
    let circuit = try circuit()
    let parameters = circuit.initialParameters(seed: 1, weightSpread: 1)
    let trainer = makeTrainer(circuit, Adam(rate: 10), parameters: parameters)
    let images = levels(count: 40, pixels: 36)
    for epoch in 1...4 { _ = try? trainer.runEpoch(epoch, on: Rows(images)) }
    var least: Float = 0
    for sum in circuit.sumRegions {
      let count = sum.partitions.count * 16
      for unit in 0..<sum.units {
        let first = sum.weightOffset + unit * count
        let logits = (first..<first + count).map { trainer.parameters.values.pointer[$0] }
        least = min(least, (logits.min() ?? 0) - (logits.max() ?? 0))
      }
    }
    #expect(least < -35 && least >= -41.001, "\(least)")
  }
}
