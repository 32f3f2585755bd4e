import Circuits
import Numerics
import TestSupport
import Testing

/// Several circuits under one sum.
@Suite struct JoinedCircuitsTests {
  private func member(
    _ structure: any RegionStructure, units: Int = 3, sharing: ParameterSharing = .none,
    weights: any SumWeights = FreeWeights()
  ) throws -> Circuit {
    var tiny = TinyCircuit(
      rows: 2, columns: 3, units: units, structure, products: ElementwiseProducts(),
      sharing: sharing)
    tiny.weights = weights
    return try tiny.circuit()
  }

  private func logLikelihoods(_ circuit: Circuit, _ parameters: Parameters) throws -> [Double] {
    let images = Rows((0..<64).map { image in (0..<6).map { UInt8(image >> $0 & 1) } })
    return try circuit.logLikelihoods(
      images, derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1)
    ).values
  }

  /// All 64 images of six binary pixels; members of different structures, with shared parameters and weights
  /// that are a network's.
  @Test func theWholeIsTheMixtureOfItsMembers() throws {
    let members = [
      try member(QuadTree()),
      try member(Halving(cutsBothSides: true), sharing: .all),
      try member(
        Halving(cutsBothSides: false), weights: FunctionalWeights(frequencies: 3, hidden: 4)),
    ]
    let parameters = members.enumerated().map {
      $1.initialParameters(seed: $0 + 1, weightSpread: 1.5)
    }
    let joined = try JoinedCircuits(members)
    let weights = [0.2, 0.7, 0.1]
    let found = try logLikelihoods(
      joined.circuit, joined.parameters(parameters, weights: weights))
    let own = try zip(members, parameters).map { try logLikelihoods($0, $1) }
    var sum = 0.0
    for image in found.indices {
      let expected = logSumExp(
        weights.indices.map { naturalLogarithm(weights[$0]) + own[$0][image] })
      #expect(abs(found[image] - expected) < 1e-5, "image \(image)")
      sum += naturalExponential(found[image])
    }
    #expect(abs(sum - 1) < 1e-5)
  }

  @Test func aMemberOfLeastWeightCountsForNothing() throws {
    let members = [try member(QuadTree()), try member(Halving(cutsBothSides: true))]
    let parameters = members.map { $0.initialParameters(seed: 3, weightSpread: 1) }
    let joined = try JoinedCircuits(members)
    let found = try logLikelihoods(
      joined.circuit, joined.parameters(parameters, weights: [1, JoinedCircuits.leastWeight]))
    for (value, expected) in zip(found, try logLikelihoods(members[0], parameters[0])) {
      #expect(abs(value - expected) < 1e-5)
    }
  }

  @Test func circuitsOfOtherKindsAreNoMembers() throws {
    let tree = try member(QuadTree())
    #expect(JoinedCircuits.complaint(about: [tree, try member(QuadTree(), units: 2)])?.member == 1)
    let dense = try TinyCircuit(rows: 2, columns: 3, units: 3).circuit()
    #expect(
      JoinedCircuits.complaint(about: [dense, tree])?.reason.contains("found dense") == true)
    let other = try TinyCircuit(
      rows: 2, columns: 2, units: 3, QuadTree(), products: ElementwiseProducts()
    ).circuit()
    #expect(
      JoinedCircuits.complaint(about: [tree, other])?.reason.contains("superpixels") == true)
    let classes = try TinyCircuit(
      rows: 2, columns: 3, units: 3, QuadTree(), products: ElementwiseProducts()
    ).circuit(classPriors: [0.5, 0.25, 0.25])
    #expect(
      JoinedCircuits.complaint(about: [tree, classes])?.reason.contains("without classes") == true)
  }

  /// Against a search over all weights of two members.
  @Test func weightsAreTheBest() {
    let values = [[-3.0, -1, -4, -2], [-2.0, -4, -1, -3]]
    let (weights, mean) = mixtureWeights(values) {}
    func objective(_ weight: Double) -> Double {
      (0..<4).reduce(0) {
        $0 + naturalLogarithm(
          weight * naturalExponential(values[0][$1])
            + (1 - weight) * naturalExponential(values[1][$1])) / 4
      }
    }
    let best = (1..<1_000).map { objective(Double($0) / 1_000) }.max() ?? 0
    #expect(abs(mean - objective(weights[0])) < 1e-12)
    #expect(mean >= best - 1e-12 && abs(weights[0] + weights[1] - 1) < 1e-12)
    // One that is worse everywhere gets nothing.
    let (alone, _) = mixtureWeights([[-1, -2], [-5, -9]]) {}
    #expect(alone[1] < 1e-6)
  }
}
