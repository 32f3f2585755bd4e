import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct AutoencoderTests {
  private let tiny = TinyCircuit(rows: 2, columns: 2, units: 2, cellPixels: 4)

  static let leaves: [AutoencoderLeaf] = [
    AutoencoderLeaf(), AutoencoderLeaf(hidden: 5, latent: 3, activation: .relu),
    AutoencoderLeaf(hidden: 6, activation: .softplus, estimator: .importance(samples: 1)),
    AutoencoderLeaf(estimator: .importance(samples: 7)),
  ]

  @Test(arguments: leaves, [1, 3, 17, 64, 65])
  func kernelMeetsTheReference(leaf: AutoencoderLeaf, count: Int) throws {
    let circuit = try tiny.circuit(leaf: leaf)
    let parameters = circuit.initialParameters(seed: 5)
    let images = noisyImages(count: count, pixels: tiny.pixelCount)
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 2))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in found.values.enumerated() {
      let expected = reference.logLikelihood(images[image], image: image)
      #expect(abs(value - expected) < 5 * Tolerance.kernel, "image \(image)")
    }
    #expect(found.kind == (leaf.estimator == .analytic ? .estimate : .lowerBound))
  }

  @Test func parametersOfThePoster() throws {
    let shape = LeafShape(units: 2, pixels: 16)
    #expect(AutoencoderLeaf().sizes(shape).parameters == 2 * 660)
    let graph = try PoonDomingos(steps: [1]).regionGraph(of: Lattice(rows: 7, columns: 7))
    let cells = (0..<49).map { cell in (0..<16).map { Int32(cell * 16 + $0) } }
    let network = Circuit(
      graph: graph, units: 2, leaf: AutoencoderLeaf(), superpixels: Superpixels(cells))
    #expect(network.counts.parameters == 89_768)
    let whole = try PoonDomingos(steps: [1]).regionGraph(of: Lattice(rows: 1, columns: 1))
    let pixels = [(0..<784).map { Int32($0) }]
    let vanilla = Circuit(
      graph: whole, units: 1, leaf: AutoencoderLeaf(hidden: 1_568, latent: 196),
      superpixels: Superpixels(pixels))
    #expect(vanilla.counts.parameters == 3_384_920)
    #expect(vanilla.counts.regions == 1 && vanilla.counts.partitions == 0)
    let matched = Circuit(
      graph: whole, units: 1, leaf: AutoencoderLeaf(hidden: 55, latent: 16),
      superpixels: Superpixels(pixels))
    #expect(matched.counts.parameters == 89_806)
  }

  /// More samples raise the bound, and the grid is above all of them.
  @Test(arguments: [1, 2, 3])
  func boundsAreInOrder(seed: Int) throws {
    let single = TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 6)
    let samples = [1, 5, 5_000]
    let images = (0..<64).map { binaryImage($0, pixels: 6) }
    var means: [(value: Double, error: Double)] = []
    for count in samples {
      let leaf = AutoencoderLeaf(hidden: 8, estimator: .importance(samples: count))
      let circuit = try single.circuit(leaf: leaf)
      let parameters = peaked(circuit, seed: seed)
      // Each image many times, each time with noise of its own.
      let source = RowSource((0..<8).flatMap { _ in images })
      let summary = LogLikelihoodSummary(
        try circuit.logLikelihoods(
          source, derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2)))
      let exact = exactValues(circuit, parameters, images)
      let gaps = try circuit.logLikelihoods(
        source, derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2)
      ).values.enumerated().map { $1 - exact[$0 % 64] }
      let gap = LogLikelihoodSummary(LogLikelihoods(values: gaps, kind: .lowerBound))
      means.append((gap.mean, gap.standardError))
      #expect(gap.mean <= 3 * gap.standardError, "\(count) samples are above the truth")
      #expect(summary.kind == .lowerBound)
    }
    #expect(means[0].value <= means[1].value + 3 * means[0].error)
    #expect(means[1].value <= means[2].value + 3 * means[1].error)
    #expect(abs(means[2].value) < 0.02, "5,000 samples come close")
    #expect(means[0].value < -0.02, "one sample is a bound with a gap, or this shows nothing")
  }

  @Test func theGridIsADistribution() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 6).circuit(
      leaf: AutoencoderLeaf(hidden: 8))
    let images = (0..<64).map { binaryImage($0, pixels: 6) }
    #expect(abs(logSumExp(exactValues(circuit, peaked(circuit, seed: 1), images))) < 1e-7)
  }

  private func peaked(_ circuit: Circuit, seed: Int) -> Parameters {
    let parameters = circuit.initialParameters(seed: seed)
    // A decoder with something to say, and an encoder near the prior: one far from the posterior
    // would need more samples than a test has.
    let encoder = 8 * 6 + 8 + 4 * 8 + 4
    for index in 0..<parameters.count {
      parameters.values.pointer[index] *= index < encoder ? 0.3 : 2
    }
    return parameters
  }

  private func exactValues(
    _ circuit: Circuit, _ parameters: Parameters, _ images: [[UInt8]]
  ) -> [Double] {
    let network = AutoencoderReference(
      AutoencoderShape(pixels: 6, hidden: 8, latent: 2, activation: .tanh),
      parameters: parameters.doubles, unit: 0)
    return network.gridLogLikelihoods(images.map { $0.map(Double.init) }, points: 241)
  }

  @Test func samplesFollowTheDecoder() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 6).circuit(
      leaf: AutoencoderLeaf(hidden: 8))
    let parameters = peaked(circuit, seed: 2)
    let draws = 20_000
    let pixels = try circuit.samples(
      count: draws, seed: 3, derived: circuit.derived(from: parameters))
    var counts = Array(repeating: 0, count: 64)
    for draw in 0..<draws {
      counts[(0..<6).reduce(0) { $0 | Int(pixels[draw * 6 + $1]) << $1 }] += 1
    }
    let exact = exactValues(
      circuit, parameters, (0..<64).map { binaryImage($0, pixels: 6) })
    let probability = chiSquareProbability(
      observed: counts, expected: exact.map { Double(draws) * naturalExponential($0) })
    #expect(probability > Tolerance.chiSquare)
  }
}
