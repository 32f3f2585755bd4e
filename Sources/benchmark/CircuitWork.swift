import Circuits
import Images
import Kernels
import Learning

/// Embedded digits, black and white, in memory: what circuits are timed on.
struct Digits: TrainingSource {
  let sampleCount: Int
  let pixelOfPosition: [Int32] = (0..<784).map { Int32($0) }
  private let rows: AlignedBuffer<UInt8>

  init() throws {
    let images = try IDXFile.images("Data/mnist-5k/train-images-idx3-ubyte.gz")
    precondition(images.height * images.width == 784)
    sampleCount = images.count
    rows = AlignedBuffer(images.pixels.map { $0 >= 128 ? 1 : 0 })
  }

  func order(epoch: Int) -> [Int32] {
    // A stride prime to the count: every image once, neighbours far apart.
    (0..<sampleCount).map { Int32($0 * 1_009 % sampleCount) }
  }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
  ) {
    for (place, sample) in samples.enumerated() {
      (out + place * 784).update(from: rows.pointer + Int(sample) * 784, count: 784)
    }
  }
}

/// Training and evaluation of the poster's networks.
enum CircuitWork {
  static func all(digits: Digits, workers: Int) throws -> [Work] {
    let circuit = try vanilla()
    let count = Double(digits.sampleCount)
    var work = [128, 512].map { batch in
      let trainer = Trainer(
        circuit: circuit, parameters: circuit.initialParameters(seed: 1), learner: Adam(),
        batch: batch, workers: ForkJoin(workers: workers),
        pixelOfPosition: digits.pixelOfPosition)
      return Work(
        name: "train/spn", workers: workers, batch: batch, amount: count, unit: "images/s"
      ) { try trainer.runEpoch(1, on: digits) }
    }
    let derived = circuit.derived(from: circuit.initialParameters(seed: 1))
    work.append(
      Work(
        name: "evaluate/spn", workers: workers, batch: circuit.largestTile, amount: count,
        unit: "images/s"
      ) {
        _ = try circuit.logLikelihoods(
          digits, derived: derived, workers: ForkJoin(workers: workers))
      })
    return work
  }

  /// 28x28 pixels, cut at 4 and then at 1, K = 2.
  private static func vanilla() throws -> Circuit {
    let graph = try PoonDomingos(steps: [4, 1]).regionGraph(of: Lattice(rows: 28, columns: 28))
    return Circuit(
      graph: graph, units: 2, leaf: BernoulliLeaf(), superpixels: (0..<784).map { [Int32($0)] })
  }
}
