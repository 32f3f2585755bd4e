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

  /// Decoders' output biases become the logits of the kinds' means; everything else stays as drawn.
  @Test func decodersBeginAtTheClustersMeans() throws {
    let leaf = MixtureLeaf(
      nodes: PriorNodes(.quantile, count: 4, latent: 2), hidden: 2, learnsWeights: true)
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 3)
      .circuit(leaf: leaf)
    let images: [[UInt8]] = (0..<40).map { image in
      image % 4 == 0 ? [1, 1, 1, 1, 1, 1] : [0, 0, 0, 0, 0, 0]
    }
    let before = circuit.initialParameters(seed: 1).values.array
    let found = try clustered(circuit, images).values.array
    let sizes = leaf.network(LeafShape(units: 2, pixels: 3)).sizes
    let firstBias = sizes[..<3].reduce(0, +)
    var untouched = Array(found.indices)
    for leaf in 0..<2 {
      let biases = (0..<2).map { unit in
        let start =
          circuit.layout.leafParameters[leaf] + unit * sizes.reduce(0, +) + firstBias
        return start..<start + 3
      }
      let means = biases.map { logistic(Double(found[$0.lowerBound])) }.sorted()
      #expect(abs(means[0] - 0.5 / 31) < Tolerance.kernel)
      #expect(abs(means[1] - 10.5 / 11) < Tolerance.kernel)
      for range in biases {
        #expect(found[range].allSatisfy { abs($0 - found[range.lowerBound]) < 1e-5 })
        untouched.removeAll { range.contains($0) }
      }
    }
    #expect(untouched.allSatisfy { found[$0] == before[$0] })
  }

  /// Without added observations a mean is 0 or 1, and a cluster without patches has that of all.
  @Test func decodersOfSurePixelsStayFinite() throws {
    let leaf = MixtureLeaf(nodes: PriorNodes(.quantile, count: 4, latent: 2), hidden: 2)
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 3, cellPixels: 2)
      .circuit(leaf: leaf)
    let image: [UInt8] = [1, 0, 1, 0]
    let found = try clustered(
      circuit, Array(repeating: image, count: 9), settings: ClusteredLeaves(pseudoCount: 0))
    let network = leaf.network(LeafShape(units: 3, pixels: 2))
    for region in 0..<2 {
      for unit in 0..<3 {
        let start =
          circuit.layout.leafParameters[region] + unit * network.parameterCount
          + network.sizes[..<3].reduce(0, +)
        let wanted = circuit.leafPixels[region].map { image[Int($0)] == 1 ? 12.0 : -12 }
        for (bias, logit) in zip(found.values.array[start..<start + 2], wanted) {
          #expect(abs(Double(bias) - logit) < Tolerance.kernel)
        }
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
    #expect(settings.complaint(about: levels)?.contains("mixture") == true)
  }
}
