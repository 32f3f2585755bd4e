import TestSupport
import Circuits
import Numerics
import Testing

@Suite struct FunctionalWeightsTests {
  /// Biases begin at 0, where a wrong sign could hide.
  private func parameters(_ circuit: Circuit, spread: Double = 0.5) -> Parameters {
    let parameters = circuit.initialParameters(seed: 7, weightSpread: spread)
    for index in 0..<parameters.count {
      parameters.values.pointer[index] += (Float(index % 5) - 1.7) * 0.05
    }
    return parameters
  }

  @Test(arguments: TinyCircuit.functional)
  func weightsAreThoseOfTheReferenceAndSumToOne(tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = parameters(circuit)
    let derived = circuit.derived(from: parameters)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for sum in circuit.sumRegions {
      for unit in 0..<sum.units {
        let start = sum.weightOffset + unit * sum.productCount
        let own = (0..<sum.productCount).map { Double(derived.values.pointer[start + $0]) }
        #expect(abs(own.reduce(0, +) - 1) < 1e-6)
        for (weight, log) in zip(own, reference.logWeights(of: sum, unit: unit)) {
          #expect(weight > 0 && abs(naturalLogarithm(weight) - log) < Tolerance.kernel)
        }
      }
    }
  }

  /// By the definition: trapezoid nodes, softplus, quadrature over z_j, one head a partition.
  @Test func aRegionsWeightsFollowTheFormula() throws {
    var tiny = TinyCircuit(rows: 1, columns: 2, units: 3, products: ElementwiseProducts())
    tiny.weights = FunctionalWeights(frequencies: 2, hidden: 2, scale: 0)
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 1)
    // Of frequencies 0 the features are 1, 1, 0, 0 everywhere, so all values are equal.
    let derived = circuit.derived(from: parameters)
    for unit in 0..<3 {
      for (node, expected) in [0.25, 0.5, 0.25].enumerated() {
        #expect(abs(Double(derived.values.pointer[3 * unit + node]) - expected) < 1e-6)
      }
    }
    #expect(circuit.counts.sumWeights == 9)
    #expect(circuit.counts.parameters == 2 * 4 + 2 + 2 * 2 + 2 + 2 + 1 + 2 * 3)
  }

  @Test(arguments: TinyCircuit.functional, [1, 17])
  func kernelGradientMeetsCentralDifferences(tiny: TinyCircuit, count: Int) throws {
    try requireGradient(
      of: try tiny.circuit(), images: noisyImages(count: count, pixels: tiny.pixelCount))
  }

  private func requireGradient(of circuit: Circuit, images: [[UInt8]]) throws {
    let parameters = parameters(circuit)
    let found = kernelGradient(of: circuit, parameters, RowSource(images))
    var reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let spacing = max(circuit.layout.sumParameterCount / 40, 1)
    for index in stride(from: 0, to: circuit.layout.sumParameterCount, by: spacing) {
      let kept = reference.parameters[index]
      func objective(_ value: Double) -> Double {
        reference.parameters[index] = value
        return images.reduce(0.0) { $0 + reference.logLikelihood($1) }
      }
      let difference = (objective(kept + 1e-5) - objective(kept - 1e-5)) / 2e-5
      reference.parameters[index] = kept
      #expect(
        abs(found[index] - difference)
          < 2 * Tolerance.kernel * (Double(images.count + 1) + abs(difference)),
        "parameter \(index): \(found[index]), \(difference)")
    }
  }

  /// More classes than nodes, so that two have the same row, and fewer.
  @Test(arguments: [2, 5])
  func classesHaveHeadsOfTheirOwn(classes: Int) throws {
    var tiny = TinyCircuit(
      rows: 2, columns: 3, units: 3, Halving(cutsBothSides: true), products: ElementwiseProducts())
    tiny.weights = FunctionalWeights(frequencies: 3, hidden: 4)
    let circuit = try tiny.circuit(
      classPriors: Array(repeating: 1 / Float(classes), count: classes))
    try requireGradient(of: circuit, images: noisyImages(count: 3, pixels: 6))
    let derived = circuit.derived(from: parameters(circuit))
    let root = try #require(circuit.sumRegions.last)
    let rows = (0..<classes).map { unit in
      (0..<root.productCount).map {
        derived.values.pointer[root.weightOffset + unit * root.productCount + $0]
      }
    }
    #expect(Set(rows).count == classes)
  }

  @Test(arguments: FunctionalWeights.Sharing.allCases)
  func anyNumberOfWorkersGivesTheSameBits(shared: FunctionalWeights.Sharing) throws {
    var tiny = TinyCircuit(
      rows: 2, columns: 3, units: 70, Halving(cutsBothSides: true), products: ElementwiseProducts())
    tiny.weights = FunctionalWeights(frequencies: 8, hidden: 20, shared: shared)
    let circuit = try tiny.circuit()
    let source = Rows(noisyImages(count: 150, pixels: 6))
    let results = try [1, 2, 3].map { workers in
      let trainer = makeTrainer(circuit, Adam(), workers: workers)
      let means = try (1...2).map { try trainer.runEpoch($0, on: source) }
      #expect(
        trainer.derived.values.array == circuit.derived(from: trainer.parameters).values.array)
      return (trainer.parameters.values.array, means)
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
    }
  }

  @Test func learningRaisesTheLikelihood() throws {
    var tiny = TinyCircuit(rows: 3, columns: 3, units: 4, products: ElementwiseProducts())
    tiny.weights = FunctionalWeights(frequencies: 8, hidden: 16)
    let circuit = try tiny.circuit()
    let source = Rows(prototypeImages(count: 400, pixels: 9))
    let trainer = makeTrainer(circuit, Adam())
    let before = trainer.parameters.values.array
    let means = try (1...20).map { try trainer.runEpoch($0, on: source) }
    #expect(means[19] > means[0] + 1)
    let moved = (0..<circuit.layout.sumParameterCount).count {
      trainer.parameters.values.array[$0] != before[$0]
    }
    #expect(
      moved > circuit.layout.sumParameterCount / 2, "the network learns, not the leaves alone")
  }

  /// However far the network goes, no weight leaves what the linear domain carries.
  @Test(arguments: [Float(1e5), -1e5])
  func weightsKeepTheFloor(factor: Float) throws {
    let circuit = try #require(TinyCircuit.functional.last).circuit()
    let parameters = circuit.initialParameters(seed: 2)
    for index in 0..<circuit.layout.sumParameterCount { parameters.values.pointer[index] *= factor }
    let derived = circuit.derived(from: parameters)
    #expect(derived.isLinear)
    for sum in circuit.sumRegions {
      for unit in 0..<sum.units {
        let own = (0..<sum.productCount).map {
          derived.values.pointer[sum.weightOffset + unit * sum.productCount + $0]
        }
        let ratio = Double(own.max() ?? 0) / Double(own.min() ?? 0)
        #expect(naturalLogarithm(ratio) < 41)
      }
    }
  }
}
