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
  /// that are a network's; roots with two partitions and of three children.
  @Test func theWholeIsTheMixtureOfItsMembers() throws {
    try expectMixture([
      try member(QuadTree()),
      try member(Halving(cutsBothSides: true), sharing: .all),
      try member(
        Halving(cutsBothSides: false), weights: FunctionalWeights(frequencies: 3, hidden: 4)),
    ])
  }

  @Test func densePartitionsAreJoinedToo() throws {
    try expectMixture([
      try TinyCircuit(rows: 2, columns: 3, units: 3).circuit(),
      try TinyCircuit(rows: 2, columns: 3, units: 3, Halving(cutsBothSides: true)).circuit(),
    ])
  }

  /// Members over other superpixels meet over single pixels.
  @Test(arguments: [
    BernoulliLeaf() as any Leaf,
    MixtureLeaf(nodes: PriorNodes(.quantile, count: 9, latent: 2), hidden: 3),
  ])
  func membersMayHaveOtherSuperpixels(leaf: any Leaf) throws {
    let grids: [[[Int32]]] = [
      [[0, 1], [2], [3, 4], [5]], [[0, 3], [1, 4], [2, 5]], [[0, 1, 2], [3, 4, 5]],
    ]
    let members = try grids.map { cells in
      Circuit(
        graph: try Halving(cutsBothSides: true)
          .regionGraph(of: Lattice(rows: 1, columns: cells.count)),
        units: 3, leaf: leaf, superpixels: Superpixels(cells))
    }
    let joined = try expectMixture(members)
    #expect(joined.superpixels.count == 6)
    // Regions of a member are those of its superpixels.
    #expect(joined.leafPixels == grids.joined().map { $0 })
  }

  /// A pixel of colour stays whole.
  @Test func pixelsOfColour() throws {
    func member(_ cells: [[Int32]]) throws -> Circuit {
      Circuit(
        graph: try Halving(cutsBothSides: false)
          .regionGraph(of: Lattice(rows: 1, columns: cells.count)),
        units: 2, leaf: BernoulliLeaf(), superpixels: Superpixels(cells, channels: 3))
    }
    let joined = try expectMixture([
      try member([[0, 1, 2], [3, 4, 5]]), try member([[3, 4, 5], [0, 1, 2]]),
    ])
    #expect(joined.superpixels == [[0, 1, 2], [3, 4, 5]] && joined.channels == 3)
  }

  /// A model of one region, and one whose leaf regions are of several superpixels.
  @Test func aMemberMayBeOneRegion() throws {
    let whole = Circuit(
      graph: try RegionGraph(
        variableCount: 6, scopes: [Scope(variableCount: 6, 0..<6)], partitions: []),
      units: 3, sums: SumLayers(products: ElementwiseProducts()), leaf: BernoulliLeaf(),
      superpixels: Superpixels((0..<6).map { [Int32($0)] }))
    try expectMixture([whole, try member(QuadTree()), whole])
  }

  @discardableResult
  private func expectMixture(
    _ members: [Circuit], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Circuit {
    #expect(JoinedCircuits.complaint(about: members) == nil, sourceLocation: sourceLocation)
    let parameters = members.enumerated().map {
      $1.initialParameters(seed: $0 + 1, weightSpread: 1.5)
    }
    let joined = try JoinedCircuits(members)
    let weights = Array([0.2, 0.7, 0.1].prefix(members.count - 1))
    let all = weights + [1 - weights.reduce(0, +)]
    let found = try logLikelihoods(joined.circuit, joined.parameters(parameters, weights: all))
    let own = try zip(members, parameters).map { try logLikelihoods($0, $1) }
    var sum = 0.0
    for image in found.indices {
      let expected = logSumExp(all.indices.map { naturalLogarithm(all[$0]) + own[$0][image] })
      #expect(
        abs(found[image] - expected) < 1e-5, "image \(image)", sourceLocation: sourceLocation)
      sum += naturalExponential(found[image])
    }
    #expect(abs(sum - 1) < 1e-5, sourceLocation: sourceLocation)
    return joined.circuit
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
      JoinedCircuits.complaint(about: [dense, tree])?.reason.contains("products: expected dense")
        == true)
    // Its first leaf region has the pixels 0, 3, 1, in this order.
    let scattered = Circuit(
      graph: try RegionGraph(
        variableCount: 4,
        scopes: [[0, 1], [2, 3], [0, 1, 2, 3]].map { Scope(variableCount: 4, $0) },
        partitions: [Partition(region: 2, [0, 1])]),
      units: 3, leaf: BernoulliLeaf(), superpixels: Superpixels([[0, 3], [1], [2], [4, 5]]))
    #expect(
      JoinedCircuits.complaint(about: [dense, scattered])?.reason.contains("one superpixel each")
        == true)
    let networks = try [2, 3].map {
      try TinyCircuit(rows: 1, columns: $0, units: 2, cellPixels: 6 / $0)
        .circuit(leaf: AutoencoderLeaf(hidden: 3, latent: 1))
    }
    #expect(
      JoinedCircuits.complaint(about: networks)?.reason.contains("cannot hide a pixel") == true)
    let whole = Circuit(
      graph: try RegionGraph(
        variableCount: 6, scopes: [Scope(variableCount: 6, 0..<6)], partitions: []),
      units: 3, leaf: BernoulliLeaf(), superpixels: Superpixels((0..<6).map { [Int32($0)] }))
    #expect(
      JoinedCircuits.complaint(about: [dense, whole])?.reason.contains("no sum") == true)
    let larger = try TinyCircuit(
      rows: 2, columns: 4, units: 3, QuadTree(), products: ElementwiseProducts()
    ).circuit()
    #expect(JoinedCircuits.complaint(about: [tree, larger])?.reason.contains("values") == true)
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
