import Circuits
import Numerics
import TestSupport
import Testing

/// Continuous mixtures by themselves: one region, one unit unless a test says otherwise.
@Suite struct MixtureTests {
  static let leaves: [MixtureLeaf] = [
    MixtureLeaf(hidden: 4),
    MixtureLeaf(
      nodes: PriorNodes(.gaussHermite, count: 25, latent: 2), hidden: 3, learnsWeights: true),
    MixtureLeaf(nodes: PriorNodes(.qmc, count: 50, latent: 3), hidden: 5, activation: .softplus),
    MixtureLeaf(nodes: PriorNodes(.qmc, count: 1, latent: 1), hidden: 2, learnsWeights: true),
  ]

  private static let pixels = 7

  fileprivate struct Case {
    let circuit: Circuit
    let parameters: Parameters
    let derived: DerivedParameters
    let all: [[UInt8]]

    /// Biases and node logits away from where they start.
    init(_ leaf: MixtureLeaf, scale: Float = 1, units: Int = 1) throws {
      circuit = try TinyCircuit(
        rows: 1, columns: 1, units: units, cellPixels: MixtureTests.pixels
      ).circuit(leaf: leaf)
      parameters = circuit.initialParameters(seed: 4)
      for index in 0..<parameters.count {
        parameters.values.pointer[index] += (Float(index % 7) - 2.6) * 0.2
        parameters.values.pointer[index] *= scale
      }
      derived = circuit.derived(from: parameters)
      all = (0..<1 << MixtureTests.pixels).map { binaryImage($0, pixels: MixtureTests.pixels) }
    }

    func reference(_ leaf: MixtureLeaf) -> MixtureReference {
      MixtureReference(
        leaf.network(circuit.leafShapes[0]), leaf.nodes, parameters: parameters.values.pointer,
        unit: 0)
    }

    func logLikelihoods() throws -> [Double] {
      try circuit.logLikelihoods(
        RowSource(all), derived: derived, workers: ForkJoin(workers: 1)
      ).values
    }
  }

  @Test(arguments: leaves.indices)
  func massIsOne(index: Int) throws {
    let values = try Case(MixtureTests.leaves[index]).logLikelihoods()
    #expect(abs(logSumExp(values)) < Tolerance.kernel)
  }

  @Test(arguments: leaves.indices)
  func everyStateMeetsTheReference(index: Int) throws {
    let own = try Case(MixtureTests.leaves[index])
    let reference = own.reference(MixtureTests.leaves[index])
    for (image, value) in zip(own.all, try own.logLikelihoods()) {
      #expect(abs(value - reference.logLikelihood(image)) < Tolerance.kernel)
    }
    #expect(abs(logSumExp(reference.logWeights)) < Tolerance.reference)
  }

  /// Decoders whose every weight is a hundred times what it was: sure of everything.
  @Test(arguments: leaves.indices)
  func saturatedDecodersStayFinite(index: Int) throws {
    let leaf = MixtureTests.leaves[index]
    let own = try Case(leaf, scale: 100, units: 2)
    let reference = LogDomainReference(
      circuit: own.circuit, parameters: own.parameters.doubles)
    for (image, value) in zip(own.all, try own.logLikelihoods()) {
      let expected = reference.logLikelihood(image)
      #expect(value.isFinite)
      // Differences of thousands of nats in Float.
      #expect(abs(value - expected) < 1e-2 + 1e-5 * abs(expected))
    }
    let trainer = own.circuit.statistics(of: RowSource(own.all), derived: own.derived)
    for value in trainer { #expect(value.isFinite) }
  }

  /// Draws given what is seen, against the enumeration of all completions (chi-square), and the mode
  /// against trying every node.
  @Test(arguments: leaves.indices)
  func completionsFollowThePosterior(index: Int) throws {
    let leaf = MixtureTests.leaves[index]
    let own = try Case(leaf, scale: 2)
    let reference = own.reference(leaf)
    let observed = [true, false, false, true, false, true, true]
    let seen: [UInt8] = [1, 0, 0, 1, 0, 0, 1]
    let completions = own.all.filter { image in
      image.indices.allSatisfy { !observed[$0] || image[$0] == seen[$0] }
    }
    let total = reference.logLikelihood(seen, observed: observed)
    #expect(
      abs(logSumExp(completions.map { reference.logLikelihood($0) }) - total)
        < Tolerance.reference)
    let draws = 8_000
    var counts = Array(repeating: 0, count: completions.count)
    for draw in 0..<draws {
      let drawn = own.ask(leaf, seen, observed) { region, seen, pixels in
        leaf.sampleHidden(
          region, unit: 0, key: NoiseKey(seed: 3, purpose: .sampling, image: draw),
          observed: seen, into: pixels)
      }
      counts[try #require(completions.firstIndex(of: drawn.pixels))] += 1
    }
    let expected = completions.map {
      naturalExponential(reference.logLikelihood($0) - total) * Double(draws)
    }
    #expect(chiSquareProbability(observed: counts, expected: expected) > Tolerance.chiSquare)

    let mode = own.ask(leaf, seen, observed) { region, seen, pixels in
      leaf.maximise(region, unit: 0, observed: seen, into: pixels)
    }
    let best = completions.flatMap { reference.terms($0) }.max() ?? 0
    #expect(abs(mode.result - best) < Tolerance.kernel)
    #expect(abs((reference.terms(mode.pixels).max() ?? 0) - best) < Tolerance.kernel)
    #expect(completions.contains(mode.pixels))
  }

  @Test func fieldsSayWhatFits() {
    #expect(PriorNodes.fits(64, latent: 2, .quantile))
    #expect(PriorNodes.fits(64, latent: 3, .gaussHermite))
    #expect(!PriorNodes.fits(60, latent: 2, .quantile))
    #expect(PriorNodes.fits(60, latent: 5, .qmc))
    #expect(PriorNodes.nearestCounts(60, latent: 2) == [49, 64])
    #expect(PriorNodes.nearestCounts(64, latent: 7) == [128])
    #expect(PriorNodes.nearestCounts(64, latent: 40) == [])
    let complaint = MixtureLeaf.complaint(60, latent: 2, .quantile)
    #expect(complaint.contains("49 or 64") && complaint.contains("qmc"))
  }
}

extension Circuit {
  /// One tile's statistics at a time, added.
  fileprivate func statistics(of source: RowSource, derived: DerivedParameters) -> [Float] {
    let workspace = Workspace(circuit: self, tile: 32, withGradients: true, keepsExponents: false)
    let statistics = AlignedBuffer<Float>(count: layout.statisticCount)
    let gradient = AlignedBuffer<Float>(count: layout.parameterCount)
    let values = AlignedBuffer<Double>(count: 32)
    let order = AlignedBuffer((0..<Int32(source.sampleCount)).map { $0 })
    for start in stride(from: 0, to: order.count, by: 32) {
      load(
        source, UnsafeBufferPointer(start: order.pointer + start, count: 32),
        noise: .evaluation, workspace: workspace)
      addStatistics(
        images: 32, derived: derived, noise: .evaluation, workspace: workspace,
        to: TileStatistics(
          logLikelihoods: values.pointer, statistics: statistics.pointer))
    }
    for piece in pieces {
      self.gradient(
        piece, of: BatchSums(statistics: statistics.pointer), derived: derived, scale: 1,
        into: gradient.pointer)
    }
    return gradient.array
  }
}

extension MixtureTests.Case {
  typealias Question<Result> = (
    LeafRegion, UnsafeBufferPointer<Bool>, UnsafeMutableBufferPointer<UInt8>
  ) -> Result

  /// A question about hidden pixels: its answer, and what became of the pixels.
  fileprivate func ask<Result>(
    _ leaf: MixtureLeaf, _ seen: [UInt8], _ observed: [Bool], _ body: Question<Result>
  ) -> (result: Result, pixels: [UInt8]) {
    var pixels = seen
    let result = observed.withUnsafeBufferPointer { observed in
      pixels.withUnsafeMutableBufferPointer {
        body(
          LeafRegion(
            circuit.leafShapes[0],
            parameters: parameters.values.pointer + circuit.layout.leafParameters[0],
            derived: derived.values.pointer + circuit.layout.leafDerived[0]),
          observed, $0)
      }
    }
    return (result, pixels)
  }
}
