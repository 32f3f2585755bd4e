import Circuits
import Numerics
import TestSupport
import Testing

/// Full-batch EM without pseudo-counts never lowers the training log-likelihood of an exact circuit, to
/// 1e-6 of it (manual: Mathematics, Learners).
@Suite struct MonotonicityTests {
  @Test(arguments: TinyCircuit.all)
  func binaryPixels(tiny: TinyCircuit) throws {
    try check(tiny.circuit(), prototypeImages(count: 90, pixels: tiny.pixelCount), epochs: 25)
  }

  /// Pixels that never change, and a set that the circuit learns by heart: probabilities run into their
  /// bounds.
  @Test(arguments: [TinyCircuit(rows: 2, columns: 3, units: 3)])
  func boundsAreReached(tiny: TinyCircuit) throws {
    let images: [[UInt8]] = (0..<60).map { image in
      var pixels = binaryImage(image % 4 * 0b010101, pixels: tiny.pixelCount)
      (pixels[0], pixels[1]) = (0, 1)
      return pixels
    }
    let circuit = try tiny.circuit()
    let trainer = try check(circuit, images, epochs: 60)
    let logits = trainer.parameters.values.array
    #expect(logits.allSatisfy { $0.isFinite })
    #expect(logits.contains(-40) && logits.contains(40))
  }

  @Test(
    arguments: LeafCase.all.filter { $0.leaf.hasReestimate && $0.leaf.traits.likelihood == .exact })
  func everyFamilyThatCan(leaf: LeafCase) throws {
    let images = leaf.images(count: 71)
    try check(leaf.circuit(), images, epochs: 25)
  }

  /// Of images and classes together.
  @Test func rootUnitsThatAreClasses() throws {
    struct Labelled: TrainingSource {
      let rows: Rows
      var sampleCount: Int { rows.sampleCount }
      var valueCount: Int { rows.valueCount }
      func order(epoch: Int) -> [Int32] { rows.order(epoch: epoch) }
      func copy(
        _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
      ) { rows.copy(samples, epoch: epoch, into: out) }
      func classes(
        _ samples: UnsafeBufferPointer<Int32>, into classes: UnsafeMutablePointer<Int32>
      ) { for (place, sample) in samples.enumerated() { classes[place] = sample % 3 } }
    }
    let tiny = TinyCircuit(rows: 2, columns: 3, units: 2)
    let circuit = try tiny.circuit(classPriors: [0.5, 0.3, 0.2])
    let source = Labelled(rows: Rows(prototypeImages(count: 90, pixels: 6)))
    let trainer = makeTrainer(circuit, ExpectationMaximisation(), withClasses: true)
    try climb(20) { try trainer.runEpoch($0, on: source) }
  }

  @discardableResult
  private func check(_ circuit: Circuit, _ images: [[UInt8]], epochs: Int) throws -> Trainer {
    let trainer = makeTrainer(circuit, ExpectationMaximisation(), batch: 32)
    let source = Rows(images)
    try climb(epochs) { try trainer.runEpoch($0, on: source) }
    return trainer
  }

  private func climb(_ epochs: Int, _ run: (Int) throws -> Double) throws {
    var means: [Double] = []
    for epoch in 1...epochs {
      means.append(try run(epoch))
      guard epoch > 1 else { continue }
      let (before, now) = (means[epoch - 2], means[epoch - 1])
      #expect(now >= before - 1e-6 * max(abs(before), 1e-3), "epoch \(epoch): \(before), \(now)")
    }
    #expect(means[epochs - 1] > means[0] + 0.01 * abs(means[0]), "it learns")
  }
}
