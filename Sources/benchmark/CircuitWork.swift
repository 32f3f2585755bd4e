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

/// Training and evaluation of the poster's three models.
enum CircuitWork {
  static func all(digits: Digits, workers: Int) throws -> [Work] {
    let networks = [
      ("spn", try network(rows: 28, superpixel: 1, steps: [4, 1], units: 2, BernoulliLeaf())),
      ("spn-vae", try network(rows: 7, superpixel: 4, steps: [1], units: 2, AutoencoderLeaf())),
      ("spn-mixture", try network(rows: 7, superpixel: 4, steps: [1], units: 2, MixtureLeaf())),
    ]
    let vanilla = try network(
      rows: 1, superpixel: 28, steps: [1], units: 1,
      AutoencoderLeaf(hidden: 1_568, latent: 196))
    return networks.flatMap { name, circuit in
      [128, 512].map { train(name, circuit, digits, workers: workers, batch: $0) }
        + [evaluate(name, circuit, digits, workers: workers)]
    } + [train("vae", vanilla, digits, workers: workers, batch: 128)]
  }

  private static func train(
    _ name: String, _ circuit: Circuit, _ digits: Digits, workers: Int, batch: Int
  ) -> Work {
    let trainer = Trainer(
      circuit: circuit, parameters: circuit.initialParameters(seed: 1), learner: Adam(rate: 0.001),
      batch: batch, workers: ForkJoin(workers: workers), pixelOfPosition: digits.pixelOfPosition)
    return Work(
      name: "train/\(name)", workers: workers, batch: batch, amount: Double(digits.sampleCount),
      unit: "images/s"
    ) { try trainer.runEpoch(1, on: digits) }
  }

  private static func evaluate(
    _ name: String, _ circuit: Circuit, _ digits: Digits, workers: Int
  ) -> Work {
    let derived = circuit.derived(from: circuit.initialParameters(seed: 1))
    return Work(
      name: "evaluate/\(name)", workers: workers, batch: circuit.largestTile,
      amount: Double(digits.sampleCount), unit: "images/s"
    ) {
      _ = try circuit.logLikelihoods(
        digits, derived: derived, workers: ForkJoin(workers: workers))
    }
  }

  /// A dense network on `rows` x `rows` superpixels of `superpixel` x `superpixel` pixels.
  private static func network(
    rows: Int, superpixel: Int, steps: [Int], units: Int, _ leaf: any Leaf
  ) throws -> Circuit {
    let graph = try PoonDomingos(steps: steps).regionGraph(
      of: Lattice(rows: rows, columns: rows))
    let partition = try GridPartition(
      imageHeight: 28, imageWidth: 28, cellHeight: superpixel, cellWidth: superpixel)
    return Circuit(
      graph: graph, units: units, leaf: leaf,
      superpixels: partition.cells.map { $0.map(Int32.init) })
  }
}
