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

  private init(_ digits: Digits, count: Int) {
    sampleCount = count
    rows = digits.rows
  }

  func first(_ count: Int) -> Digits { Digits(self, count: count) }

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

/// Training and evaluation of the poster's three models, and of wider sums.
enum CircuitWork {
  static func all(
    digits: Digits, workers: Int, wanted: (String) -> Bool
  ) throws -> [Work] {
    func row(
      _ kind: String, _ name: String, batches: [Int], _ network: () throws -> Circuit
    ) rethrows -> [Work] {
      guard wanted("\(kind)/\(name)") else { return [] }
      let circuit = try network()
      return kind == "evaluate"
        ? [
          evaluate(
            name, circuit, digits, hiding: name.hasSuffix("-hidden") ? leftHalf : .nothing,
            workers: workers)
        ]
        : batches.map { train(name, circuit, digits, workers: workers, batch: $0) }
    }
    let spn = { try network(rows: 28, superpixel: 1, steps: [4, 1], units: 2, BernoulliLeaf()) }
    let leaves = {
      try network(rows: 7, superpixel: 4, steps: [1], units: 2, AutoencoderLeaf())
    }
    let mixtures = {
      try network(rows: 7, superpixel: 4, steps: [1], units: 2, MixtureLeaf())
    }
    let vanilla = {
      try network(
        rows: 1, superpixel: 28, steps: [1], units: 1, AutoencoderLeaf(hidden: 1_568, latent: 196))
    }
    func wide(_ units: Int) -> () throws -> Circuit {
      { try network(rows: 7, superpixel: 4, steps: [1], units: units, BernoulliLeaf()) }
    }
    return try row("train", "spn", batches: [128, 512], spn)
      + row("evaluate", "spn", batches: [], spn)
      + row("train", "spn-vae", batches: [128, 512], leaves)
      + row("evaluate", "spn-vae", batches: [], leaves)
      + row("train", "spn-mixture", batches: [128, 512], mixtures)
      + row("evaluate", "spn-mixture", batches: [], mixtures)
      + row("evaluate", "spn-mixture-hidden", batches: [], mixtures)
      + queries(mixtures, digits, workers: workers, wanted: wanted)
      + row("train", "vae", batches: [128], vanilla)
      + row("train", "spn/k4", batches: [128], wide(4))
      + row("train", "spn/k8", batches: [128], wide(8))
      + row("evaluate", "spn/k8", batches: [], wide(8))
      + row("train", "spn/k16", batches: [128], wide(16))
  }

  /// Images of an epoch: of wide sums a part, for their time.
  private static func images(of circuit: Circuit, _ digits: Digits) -> Int {
    switch circuit.units {
    case ..<8: digits.sampleCount
    case ..<16: min(digits.sampleCount, 2_048)
    default: min(digits.sampleCount, 512)
    }
  }

  private static func train(
    _ name: String, _ circuit: Circuit, _ all: Digits, workers: Int, batch: Int
  ) -> Work {
    let digits = all.first(images(of: circuit, all))
    let trainer = Trainer(
      circuit: circuit, parameters: circuit.initialParameters(seed: 1), learner: Adam(rate: 0.001),
      batch: batch, workers: ForkJoin(workers: workers), pixelOfPosition: digits.pixelOfPosition)
    return Work(
      name: "train/\(name)", workers: workers, batch: batch, amount: Double(digits.sampleCount),
      unit: "images/s", operations: operations(circuit, anEdge: 6)
    ) { try trainer.runEpoch(1, on: digits) }
  }

  /// Questions about images of which the left half is hidden, and the anomaly map of whole ones.
  private static func queries(
    _ network: () throws -> Circuit, _ all: Digits, workers: Int, wanted: (String) -> Bool
  ) throws -> [Work] {
    let names = ["posterior-mean", "conditional-sample", "max-product", "anomaly"]
    guard names.contains(where: { wanted("query/\($0)") }) else { return [] }
    let circuit = try network()
    let digits = all.first(1_024)
    let seen = MaskedSource(digits, hiding: leftHalf)
    let derived = circuit.derived(from: circuit.initialParameters(seed: 1))
    let workers = ForkJoin(workers: workers)
    let bodies: [() throws -> Void] = [
      { _ = try circuit.posteriorMeans(seen, derived: derived, workers: workers) },
      {
        _ = try circuit.conditionalSamples(
          seen, draws: 1, seed: 1, derived: derived, workers: workers)
      },
      { _ = try circuit.maxProductCompletions(seen, derived: derived, workers: workers) },
      { _ = try circuit.anomalies(digits, derived: derived, workers: workers) },
    ]
    return zip(names, bodies).filter { wanted("query/\($0.0)") }.map { name, body in
      Work(
        name: "query/\(name)", workers: workers.workers, batch: circuit.largestTile,
        amount: Double(digits.sampleCount), unit: "images/s", operations: nil, body: body)
    }
  }

  /// Columns 0 to 13: three superpixels of 4 columns, and half of a fourth.
  private static let leftHalf = PixelMask.shared((0..<784).map { $0 % 28 < 14 })

  private static func operations(_ circuit: Circuit, anEdge: Int) -> Double? {
    circuit.units < 4 ? nil : Double(anEdge * circuit.counts.sumWeights)
  }

  private static func evaluate(
    _ name: String, _ circuit: Circuit, _ all: Digits, hiding mask: PixelMask,
    workers: Int
  ) -> Work {
    let digits = all.first(images(of: circuit, all))
    let source = MaskedSource(digits, hiding: mask)
    let derived = circuit.derived(from: circuit.initialParameters(seed: 1))
    return Work(
      name: "evaluate/\(name)", workers: workers, batch: circuit.largestTile,
      amount: Double(digits.sampleCount), unit: "images/s",
      operations: operations(circuit, anEdge: 2)
    ) {
      _ = try circuit.logLikelihoods(
        source, derived: derived, workers: ForkJoin(workers: workers))
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
