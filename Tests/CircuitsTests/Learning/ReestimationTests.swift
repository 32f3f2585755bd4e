import Circuits
import Numerics
import TestSupport
import Testing

/// What an EM step owes, of every leaf family that has one.
@Suite struct ReestimationTests {
  private static let families = LeafCase.all.filter { $0.leaf.hasReestimate }

  /// Parameters after one step on some images.
  private func reestimated(
    _ circuit: Circuit, _ before: Parameters, _ images: [[UInt8]], _ step: MaximisationStep
  ) -> Parameters {
    let parameters = Parameters(before.values.array)
    let derived = circuit.derived(from: parameters)
    let source = RowSource(images)
    let workspace = Workspace(circuit: circuit, tile: 64, withGradients: true)
    let statistics = AlignedBuffer<Float>(count: circuit.layout.statisticCount)
    let values = AlignedBuffer<Double>(count: images.count)
    (0..<Int32(images.count)).map { $0 }.withUnsafeBufferPointer { indices in
      circuit.load(
        source, indices, noise: .evaluation, workspace: workspace)
      circuit.addStatistics(
        images: indices.count, derived: derived, noise: .evaluation, workspace: workspace,
        to: TileStatistics(
          logLikelihoods: values.pointer, statistics: statistics.pointer))
    }
    for piece in circuit.pieces {
      circuit.reestimate(piece, statistics: statistics.pointer, derived: derived, step: step)
    }
    return parameters
  }

  /// Log-likelihoods of leaf units weighted by flows, `[image][region][unit]`: what a step maximises.
  private func expectation(
    _ circuit: Circuit, _ parameters: [Double], _ images: [[UInt8]], flows: [[[Double]]]
  ) -> Double {
    let reference = LogDomainReference(circuit: circuit, parameters: parameters)
    return zip(images, flows).reduce(0.0) { sum, pair in
      zip(reference.leafValues(pair.0), circuit.leafRegions).reduce(sum) { sum, leaf in
        zip(leaf.0, pair.1[leaf.1]).reduce(sum) { $0 + ($1.1 > 0 ? $1.0 * $1.1 : 0) }
      }
    }
  }

  @Test(arguments: families.filter(\.hasClosedStep))
  func aStepOfOneIsTheMaximum(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let images = leaf.images(count: 60)
    let before = circuit.initialParameters(seed: 6)
    let reference = LogDomainReference(circuit: circuit, parameters: before.doubles)
    let flows = images.map { reference.flows(reference.values(reference.leafValues($0))) }
    var parameters = reestimated(circuit, before, images, MaximisationStep()).doubles
    func value() -> Double { expectation(circuit, parameters, images, flows: flows) }
    let most = value()
    #expect(most > expectation(circuit, before.doubles, images, flows: flows))
    for index in sampledParameters(circuit.layout.sumWeightCount..<parameters.count) {
      let kept = parameters[index]
      for change in [-0.05, 0.05] {
        parameters[index] = kept + change
        #expect(value() <= most + 1e-6 * abs(most), "parameter \(index)")
      }
      parameters[index] = kept
    }
  }

  @Test(arguments: families)
  func aStepOfNothingChangesNothing(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let before = circuit.initialParameters(seed: 6)
    let after = reestimated(
      circuit, before, leaf.images(count: 20), MaximisationStep(size: 0))
    let images = leaf.images(count: 9)
    let references = [before, after].map {
      LogDomainReference(circuit: circuit, parameters: $0.doubles)
    }
    for image in images {
      let values = references.map { $0.logLikelihood(image) }
      #expect(abs(values[1] - values[0]) < Tolerance.kernel * (1 + abs(values[0])))
    }
  }

  /// Images without a flow: a batch of none.
  @Test(arguments: families)
  func withoutCountsParametersStay(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let before = circuit.initialParameters(seed: 6)
    let after = reestimated(circuit, before, [], MaximisationStep(pseudoCount: 2))
    #expect(after.values.array == before.values.array)
  }

  /// A constant pixel: certain, or as narrow as can be, but finite.
  @Test(arguments: families, [UInt8(0), 1])
  func nothingIsInfinite(leaf: LeafCase, level: UInt8) throws {
    let circuit = try leaf.circuit()
    let value = leaf.leaf.traits.levels > 2 ? level * 255 : level
    let image = Array(repeating: value, count: leaf.tiny.pixelCount)
    var parameters = circuit.initialParameters(seed: 6)
    for _ in 0..<20 {
      parameters = reestimated(
        circuit, parameters, Array(repeating: image, count: 8), MaximisationStep())
    }
    #expect(parameters.values.array.allSatisfy { $0.isFinite })
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let likelihood = reference.logLikelihood(image)
    #expect(leaf.leaf.traits.isDensity ? likelihood > 0 || likelihood.isFinite : likelihood > -1e-6)
  }

  @Test func aGaussianTakesMeanAndSigmaOfItsPixels() throws {
    let leaf = GaussianLeaf(smallest: 0.1)
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 2).circuit(leaf: leaf)
    let images: [[UInt8]] = [[0, 10], [255, 12], [51, 11], [102, 11]]
    let found = reestimated(
      circuit, circuit.initialParameters(seed: 1), images, MaximisationStep()
    ).doubles
    let mean = (0 + 1 + 0.2 + 0.4) / 4
    let variance = (0 + 1 + 0.04 + 0.16) / 4 - mean * mean
    #expect(abs(found[0] - mean) < Tolerance.kernel)
    #expect(abs(0.1 + softplus(found[1]) - variance.squareRoot()) < Tolerance.kernel)
    #expect(abs(found[2] - 11.0 / 255) < Tolerance.kernel)
    #expect(abs(0.1 + softplus(found[3]) - 0.1) < Tolerance.kernel, "at its bound")
  }
}
