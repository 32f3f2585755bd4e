import Circuits
import Numerics
import TestSupport

/// Rows in an order that changes with the epoch.
struct Rows: TrainingSource {
  let rows: RowSource
  var sampleCount: Int { rows.sampleCount }
  var valueCount: Int { rows.valueCount }

  init(rows: RowSource) { self.rows = rows }
  init(_ images: [[UInt8]]) { rows = RowSource(images) }

  func order(epoch: Int) -> [Int32] {
    // A stride that meets every row.
    let stride: Int32 = sampleCount % 7 == 0 ? 11 : 7
    return (0..<Int32(sampleCount)).map { ($0 * stride + Int32(epoch)) % Int32(sampleCount) }
  }
  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
  ) { rows.copy(samples, epoch: epoch, into: out) }
}

/// Two prototypes and some noise: a product of independent pixels cannot fit them.
func prototypeImages(count: Int, pixels: Int) -> [[UInt8]] {
  noisyImages(count: count, pixels: pixels, seed: 3).enumerated().map { index, noise in
    (0..<pixels).map {
      UInt8(index % 2) ^ (noise[$0] & noise[($0 + 1) % pixels] & noise[($0 + 2) % pixels])
    }
  }
}

func makeTrainer(
  _ circuit: Circuit, _ learner: any Learner, parameters: Parameters? = nil,
  state: LearnerState? = nil, withClasses: Bool = false, batch: Int = 20, workers: Int = 1,
  seed: Int = 1
) -> Trainer {
  Trainer(
    circuit: circuit, parameters: parameters ?? circuit.initialParameters(seed: seed),
    settings: TrainingSettings(learner: learner, batch: batch, withClasses: withClasses),
    state: state, workers: ForkJoin(workers: workers))
}
