import Circuits
import Numerics
import TestSupport
import Testing

/// Leaves over whole pictures: terms that are all alike, of which a plain sum in Float loses most.
@Suite struct LongLeafTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let leaf: any Leaf
    let pixels: Int
    var channels = 1
    var testDescription: String { leaf.configuration.canonicalText }
  }

  private static let networks = AutoencoderLeaf(hidden: 3, estimator: .importance(samples: 2))

  static let cases: [Case] =
    [
      Case(leaf: BernoulliLeaf(), pixels: 60_000), Case(leaf: GaussianLeaf(), pixels: 60_000),
      Case(leaf: networks, pixels: 20_000),
      Case(
        leaf: MixtureLeaf(nodes: PriorNodes(.quantile, count: 9, latent: 2), hidden: 3),
        pixels: 20_000),
      Case(
        leaf: ProductLeaf(region: [200, 100], cell: [2, 3], inner: BernoulliLeaf()),
        pixels: 20_000),
      Case(leaf: MixedLeaf([BernoulliLeaf(), networks]), pixels: 20_000),
    ]
    + emissionFamilies.flatMap { family -> [Case] in
      let emission = family.examples[0]
      return [
        Case(leaf: factorisedLeaf(emission), pixels: 10_000),
        Case(leaf: jointLeaf(emission, components: 2), pixels: 4_000, channels: 3),
        Case(
          leaf: MixtureLeaf(
            nodes: PriorNodes(.qmc, count: 3, latent: 1), hidden: 2, activation: .tanh,
            learnsWeights: false, emission: emission), pixels: 5_000),
        Case(leaf: networks.with(emission: emission), pixels: 4_000),
      ]
    }

  private func circuit(_ leaf: any Leaf, pixels: Int, channels: Int) throws -> Circuit {
    try TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: pixels, channels: channels)
      .circuit(leaf: leaf)
  }

  /// Parameters that are all the same, and an image of one level.
  private func same(_ circuit: Circuit) -> (parameters: Parameters, image: [UInt8]) {
    (
      Parameters([Float](repeating: 0.3, count: circuit.layout.parameterCount)),
      [UInt8](repeating: circuit.leaf.traits.levels > 2 ? 77 : 1, count: circuit.pixelCount)
    )
  }

  private func expectClose(_ found: [[Double]], _ expected: [Double]) {
    for (own, wanted) in zip(found.map { $0[0] }, expected) {
      #expect(abs(own - wanted) < 5e-6 * abs(wanted), "\(own), \(wanted)")
    }
  }

  @Test(arguments: cases)
  func sumsKeepWhatFloatWouldLose(long: Case) throws {
    let circuit = try circuit(long.leaf, pixels: long.pixels, channels: long.channels)
    let (parameters, image) = same(circuit)
    let found = try circuit.leafLogLikelihoods(
      RowSource([image]), leaf: 0, derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    expectClose(found, reference.leafValues(image)[0])
  }

  /// Every second pixel hidden: as a leaf of half as many, since all are alike.
  @Test(arguments: cases.filter(\.leaf.hidesPixels))
  func sumsOfWhatIsSeen(long: Case) throws {
    let whole = try circuit(long.leaf, pixels: long.pixels, channels: long.channels)
    let (parameters, image) = same(whole)
    let mask = PixelMask.shared((0..<whole.pixelCount).map { $0 / long.channels % 2 == 0 })
    let found = try whole.leafLogLikelihoods(
      MaskedSource(RowSource([image]), hiding: mask), leaf: 0,
      derived: whole.derived(from: parameters), workers: ForkJoin(workers: 1))
    let isProduct = long.leaf.configuration.mapping?["kind"]?.string == ProductLeaf.kind
    let half = try circuit(
      isProduct ? BernoulliLeaf() : long.leaf, pixels: long.pixels / 2, channels: long.channels)
    let (own, seen) = same(half)
    let reference = LogDomainReference(circuit: half, parameters: own.doubles)
    expectClose(found, reference.leafValues(seen)[0])
  }
}
