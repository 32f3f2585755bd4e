import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct ClusteredLeavesTests {
  private static let families = LeafCase.all.filter {
    $0.leaf.hasReestimate || $0.leaf.capabilities.centres != nil
  }

  private func clustered(
    _ circuit: Circuit, _ images: [[UInt8]], settings: ClusteredLeaves = ClusteredLeaves(),
    workers: Int = 1, seed: Int = 1
  ) throws -> Parameters {
    let parameters = circuit.initialParameters(seed: 1)
    try circuit.clusterLeaves(
      settings, images: (0..<Int32(images.count)).map { $0 }, of: RowSource(images), seed: seed,
      workers: ForkJoin(workers: workers), into: parameters)
    return parameters
  }

  private func mean(_ circuit: Circuit, _ parameters: Parameters, _ images: [[UInt8]]) -> Double {
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    return images.reduce(0.0) { $0 + reference.logLikelihood($1) } / Double(images.count)
  }

  /// Two kinds of image per region: units become the kinds' means, with half an observation of each
  /// outcome added.
  @Test func unitsAreTheClustersMeans() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 3).circuit()
    let images: [[UInt8]] = (0..<40).map { image in
      image % 4 == 0 ? [1, 1, 1, 1, 1, 1] : [0, 0, 0, 0, 0, 0]
    }
    let before = circuit.initialParameters(seed: 1).values.array
    let found = try clustered(circuit, images).values.array
    let sums = circuit.layout.sumWeightCount
    #expect(Array(found[..<sums]) == Array(before[..<sums]), "sum weights are not its business")
    for leaf in 0..<2 {
      let start = circuit.layout.leafParameters[leaf]
      let means = (0..<2).map { logistic(Double(found[start + 3 * $0])) }.sorted()
      #expect(abs(means[0] - 0.5 / 31) < Tolerance.kernel)
      #expect(abs(means[1] - 10.5 / 11) < Tolerance.kernel)
      for unit in 0..<2 {
        let own = found[start + 3 * unit..<start + 3 * unit + 3]
        #expect(Set(own).count == 1)
      }
    }
  }

  private static let decoders: [MixtureLeaf] = [
    MixtureLeaf(nodes: PriorNodes(.quantile, count: 4, latent: 2), hidden: 2),
    MixtureLeaf(
      nodes: PriorNodes(.gaussHermite, count: 9, latent: 2), hidden: 3, activation: .softplus,
      learnsWeights: true),
    MixtureLeaf(
      nodes: PriorNodes(.qmc, count: 5, latent: 2), hidden: 3, activation: .relu,
      learnsWeights: true),
  ]

  /// The mean over the nodes of each pixel's logit; `parameters` are those of one unit.
  private func meanLogits(_ leaf: MixtureLeaf, pixels: Int, _ parameters: [Float]) -> [Double] {
    let unit = MixtureReference(
      leaf.network(LeafShape(units: 1, pixels: pixels)), leaf.nodes,
      parameters: parameters.map(Double.init), unit: 0)
    return (0..<pixels).map { pixel in
      zip(unit.logWeights, unit.logits).reduce(0.0) {
        $0 + naturalExponential($1.0) * $1.1[pixel]
      }
    }
  }

  /// Two kinds of image and three units: two units begin at the kinds' means, the third, whose cluster has
  /// no patches, at that of all. Only the output biases change.
  @Test(arguments: decoders + [nil])
  func decodersBeginAtTheClustersMeans(decoder: MixtureLeaf?) throws {
    // Where no decoder is given: one unit of the first and two of the second, in one leaf.
    let families = decoder.map { [$0] } ?? Array(Self.decoders[..<2])
    let units = decoder == nil ? [1, 2] : [3]
    let leaf: any Leaf = decoder ?? MixedLeaf(families, shares: units)
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 3, cellPixels: 3)
      .circuit(leaf: leaf)
    let images: [[UInt8]] = (0..<40).map { Array(repeating: $0 % 4 == 0 ? 1 : 0, count: 6) }
    let before = circuit.initialParameters(seed: 1).values.array
    let found = try clustered(circuit, images).values.array
    for region in 0..<2 {
      var start = circuit.layout.leafParameters[region]
      var logits: [Double] = []
      for (family, count) in zip(families, units) {
        let size = family.network(LeafShape(units: 1, pixels: 3)).parameterCount
        for _ in 0..<count {
          let own = meanLogits(family, pixels: 3, Array(found[start..<start + size]))
          #expect(own.allSatisfy { abs($0 - own[0]) < 1e-5 })
          logits.append(own[0])
          start += size
        }
      }
      let wanted = [0.5 / 31, 10.5 / 41, 10.5 / 11].map {
        naturalLogarithm($0) - naturalLogarithm(1 - $0)
      }
      for (logit, wanted) in zip(logits.sorted(), wanted) {
        #expect(abs(logit - wanted) < 1e-5, "\(logits)")
      }
    }
    // Two regions of three units of three pixels.
    #expect(found.indices.count { found[$0] != before[$0] } == 18)
  }

  /// Without added observations a mean is 0 or 1.
  @Test func decodersOfSurePixelsStayFinite() throws {
    let leaf = Self.decoders[1]
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 3, cellPixels: 2)
      .circuit(leaf: leaf)
    let image: [UInt8] = [1, 0, 1, 0]
    let found = try clustered(
      circuit, Array(repeating: image, count: 9), settings: ClusteredLeaves(pseudoCount: 0))
    let size = leaf.network(LeafShape(units: 1, pixels: 2)).parameterCount
    for region in 0..<2 {
      let wanted = circuit.leafPixels[region].map { image[Int($0)] == 1 ? 12.0 : -12 }
      for unit in 0..<3 {
        let start = circuit.layout.leafParameters[region] + unit * size
        let logits = meanLogits(leaf, pixels: 2, Array(found.values.array[start..<start + size]))
        for (logit, wanted) in zip(logits, wanted) { #expect(abs(logit - wanted) < 1e-5) }
      }
    }
  }

  /// A region that never changes has one cluster; the units without patches are fitted to all.
  @Test func emptyClustersAreFittedToAll() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 3, cellPixels: 2).circuit()
    let found = try clustered(circuit, Array(repeating: [1, 0, 1, 0], count: 9))
    let leaves = found.values.array[circuit.layout.sumWeightCount...]
    let logit = naturalLogarithm(9.5 / 0.5)
    #expect(leaves.allSatisfy { abs(abs(Double($0)) - logit) < Tolerance.kernel })
  }

  /// Where clusters have patches enough to outweigh the observation that is added to each. Decoders are given
  /// images of two kinds: a mean describes little of pixels that are independent.
  @Test(arguments: families.filter { $0.tiny.units < 10 })
  func likelierThanRandomUnits(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let images =
      leaf.leaf.hasReestimate
      ? leaf.images(count: 60)
      : (0..<60).map { image in (0..<circuit.pixelCount).map { UInt8(($0 + image) % 2) } }
    let random = mean(circuit, circuit.initialParameters(seed: 1), images)
    let fitted = try mean(circuit, clustered(circuit, images), images)
    #expect(fitted > random, "\(fitted), \(random)")
  }

  @Test(arguments: families)
  func anyNumberOfWorkersGivesTheSameBits(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let images = leaf.images(count: 45)
    let results = try [1, 2, 4].map { try clustered(circuit, images, workers: $0).values.array }
    #expect(results[1] == results[0] && results[2] == results[0])
    #expect(results[0].allSatisfy { $0.isFinite })
  }

  @Test func onlyFamiliesThatCan() {
    let settings = ClusteredLeaves()
    #expect(settings.complaint(about: BernoulliLeaf()) == nil)
    #expect(settings.complaint(about: GaussianLeaf()) == nil)
    #expect(settings.complaint(about: AutoencoderLeaf())?.contains("vae") == true)
    #expect(settings.complaint(about: MixtureLeaf()) == nil)
    let levels = MixtureLeaf(emission: LogisticEmission())
    #expect(settings.complaint(about: levels)?.contains("found mixture") == true)
  }
}
