import Circuits
import Numerics
import TestSupport
import Testing

/// Statistics of leaves that follow from the flows of a batch are those that are summed tile by tile.
@Suite struct BatchFlowsTests {
  private static let families = LeafCase.all.filter { leaf in
    guard leaf.leaf.hasReestimate, let circuit = try? leaf.circuit() else { return false }
    return BatchFlows.areKept(circuit, images: 30) && BatchFlows.areKept(circuit, images: 75)
  }
  /// So many images that keeping their flows would take more memory than the statistics.
  private let manyImages = 1 << 19

  private struct Masked: TrainingSource {
    let rows: Rows
    let mask: PixelMask
    var sampleCount: Int { rows.sampleCount }
    var valueCount: Int { rows.valueCount }
    func order(epoch: Int) -> [Int32] { rows.order(epoch: epoch) }
    func copy(
      _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
    ) { rows.copy(samples, epoch: epoch, into: out) }
  }

  private func trained(
    _ circuit: Circuit, _ source: Masked, _ learner: any Learner, batch: Int, workers: Int = 1
  ) throws -> [Float] {
    let trainer = makeTrainer(circuit, learner, batch: batch, workers: workers)
    try trainer.runEpoch(1, on: source)
    return trainer.parameters.values.array
  }

  private func expectAlike(_ a: [Float], _ b: [Float]) {
    for (index, (x, y)) in zip(a, b).enumerated() {
      // Probabilities this small are noise of the floats.
      let isSmall = x < -15 && y < -15
      #expect(isSmall || abs(x - y) < 1e-3 * max(1, abs(x)), "parameter \(index): \(x), \(y)")
    }
  }

  @Test(arguments: families, [0, 0.3])
  func statisticsAreThoseOfTiles(leaf: LeafCase, hidden: Double) throws {
    let circuit = try leaf.circuit()
    let pixels = (0..<Int32(circuit.pixelCount)).map { [$0] }
    let source = Masked(
      rows: Rows(leaf.images(count: 75)),
      mask: .random(groups: pixels, probability: hidden, seed: 5))
    #expect(!BatchFlows.areKept(circuit, images: manyImages))
    // One batch, three batches of one step with a short last one, and an Adam step.
    let learner = ExpectationMaximisation(pseudoCount: 0.5)
    let expected = try trained(circuit, source, learner, batch: manyImages)
    expectAlike(try trained(circuit, source, learner, batch: 75), expected)
    let parts = try trained(circuit, source, learner, batch: 30)
    expectAlike(parts, expected)
    #expect(try trained(circuit, source, learner, batch: 30, workers: 3) == parts)
    let adam = Adam(rate: 0.1, epsilon: 1)
    expectAlike(
      try trained(circuit, source, adam, batch: 75),
      try trained(circuit, source, adam, batch: manyImages))
  }

  @Test func someFamiliesAreOfThatKind() { #expect(Self.families.count >= 2) }

  @Test func tablesOfLevelsAreSummedAfterTheBatch() throws {
    let tiny = TinyCircuit(rows: 2, columns: 2, units: 4)
    let levels = try tiny.circuit(leaf: factorisedLeaf(CategoricalEmission()))
    #expect(BatchFlows.areKept(levels, images: 512))
    // Two outcomes a pixel are less than the flows of an image.
    #expect(!BatchFlows.areKept(try tiny.circuit(), images: 512))
  }
}
