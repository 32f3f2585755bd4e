import Circuits
import Datasets
import Numerics

/// Embedded digits, black and white, in memory: what circuits are timed on.
struct Digits: TrainingSource {
  let sampleCount: Int
  let valueCount = 784
  let rows: AlignedBuffer<UInt8>

  /// - Parameter levels: the grey levels as they are, instead of two outcomes.
  init(levels: Bool = false) throws {
    let images = try IDXFile.images("Data/mnist-5k/train-images-idx3-ubyte.gz")
    precondition(images.height * images.width == 784)
    sampleCount = images.count
    rows = AlignedBuffer(levels ? images.pixels : images.pixels.map { $0 >= 128 ? 1 : 0 })
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
    let leaves = {
      try network(rows: 7, superpixel: 4, steps: [1], units: 2, AutoencoderLeaf())
    }
    let mixtures = {
      try network(rows: 7, superpixel: 4, steps: [1], units: 2, MixtureLeaf())
    }
    let autoencoder = {
      try network(
        rows: 1, superpixel: 28, steps: [1], units: 1, AutoencoderLeaf(hidden: 1_568, latent: 196))
    }
    return try row("train", "spn", batches: [128, 512], vanilla)
      + row("evaluate", "spn", batches: [], vanilla)
      + row("train", "spn-vae", batches: [128, 512], leaves)
      + row("evaluate", "spn-vae", batches: [], leaves)
      + row("train", "spn-mixture", batches: [128, 512], mixtures)
      + row("evaluate", "spn-mixture", batches: [], mixtures)
      + row("evaluate", "spn-mixture-hidden", batches: [], mixtures)
      + queries(mixtures, digits, workers: workers, wanted: wanted)
      + row("train", "vae", batches: [128], autoencoder)
      + [4, 8, 16, 32].flatMap { units in
        try row("train", "spn/k\(units)", batches: [128]) { try wide(units) }
          + row("evaluate", "spn/k\(units)", batches: []) { try wide(units) }
      }
      + [32, 64, 128, 256].flatMap { units in
        try row("train", "cp/k\(units)", batches: [128, 512]) { try quarters(units) }
          + row("evaluate", "cp/k\(units)", batches: []) { try quarters(units) }
      }
      + hiddenTrees(workers: workers, wanted: wanted)
  }

  /// The poster's network down to pixels.
  static func vanilla() throws -> Circuit {
    try network(rows: 28, superpixel: 1, steps: [4, 1], units: 2, BernoulliLeaf())
  }

  /// K units on 7 x 7 superpixels of 4 x 4 independent pixels.
  static func wide(_ units: Int) throws -> Circuit {
    try network(rows: 7, superpixel: 4, steps: [1], units: units, BernoulliLeaf())
  }

  /// K units on a quad tree down to pixels, products elementwise: 325 matrices of K x K weights.
  static func quarters(_ units: Int) throws -> Circuit {
    Circuit(
      graph: try QuadTree().regionGraph(
        of: StructureGround(lattice: Lattice(rows: 28, columns: 28))),
      units: units, sums: SumLayers(products: ElementwiseProducts()), leaf: BernoulliLeaf(),
      superpixels: Superpixels((0..<784).map { [$0] }))
  }

  /// The hidden Chow-Liu tree of the digits' grey levels, trained by expectation-maximisation.
  private static func hiddenTrees(workers: Int, wanted: (String) -> Bool) throws -> [Work] {
    let all = [32, 64].filter { wanted("train/chow-liu/k\($0)") }
    guard !all.isEmpty else { return [] }
    let levels = try Digits(levels: true)
    let counts = PairCounts(
      rows: levels.rows.pointer, images: levels.sampleCount, values: 784, levels: byteLevels)
    let information = MutualInformation(
      count: 784,
      values: (0..<784 * 784).map { place in
        counts.information(place / 784, place % 784, pseudoCount: 0.1)
      })
    let graph = try ChowLiuTree().regionGraph(
      of: StructureGround(lattice: Lattice(rows: 28, columns: 28), information: information))
    return all.map { units in
      let circuit = Circuit(
        graph: graph, units: units, sums: SumLayers(products: ElementwiseProducts()),
        leaf: factorisedLeaf(CategoricalEmission()),
        superpixels: Superpixels((0..<784).map { [$0] }))
      return train(
        "chow-liu/k\(units)", circuit, levels, workers: workers, batch: 512,
        learner: ExpectationMaximisation(step: 0.1, pseudoCount: 0.1))
    }
  }

  /// Fresh ones; of very wide sums, whose hundred million draws would take minutes, a few thousand again
  /// and again.
  private static func parameters(_ circuit: Circuit) -> Parameters {
    guard circuit.layout.parameterCount > 20_000_000 else {
      return circuit.initialParameters(seed: 1)
    }
    let parameters = Parameters(count: circuit.layout.parameterCount)
    let draws = (0..<4_093).map { index in
      Float(
        0.1 * NoiseKey(seed: 1, purpose: .initialisation, leaf: 0, sample: index).normals.0)
    }
    for index in 0..<parameters.count { parameters.values.pointer[index] = draws[index % 4_093] }
    return parameters
  }

  /// Images of an epoch: of large circuits a part, for their time.
  private static func images(of circuit: Circuit, _ digits: Digits) -> Int {
    switch circuit.counts.sumWeights {
    case ..<700_000: digits.sampleCount
    case ..<5_000_000: min(digits.sampleCount, 2_048)
    case ..<80_000_000: min(digits.sampleCount, 512)
    default: min(digits.sampleCount, 128)
    }
  }

  private static func train(
    _ name: String, _ circuit: Circuit, _ all: Digits, workers: Int, batch: Int,
    learner: any Learner = Adam(rate: 0.001)
  ) -> Work {
    let digits = all.first(images(of: circuit, all))
    let trainer = Trainer(
      circuit: circuit, parameters: parameters(circuit),
      settings: TrainingSettings(learner: learner, batch: batch),
      workers: ForkJoin(workers: workers))
    return Work(
      name: "train/\(name)", workers: workers, batch: batch, amount: Double(digits.sampleCount),
      unit: "images/s", operations: operations(circuit, anEdge: 6),
      edges: operations(circuit, anEdge: 1)
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
          seen, Draws(1, seed: 1), derived: derived, workers: workers)
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
    let derived = circuit.derived(from: parameters(circuit))
    return Work(
      name: "evaluate/\(name)", workers: workers, batch: circuit.largestTile,
      amount: Double(digits.sampleCount), unit: "images/s",
      operations: operations(circuit, anEdge: 2), edges: operations(circuit, anEdge: 1)
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
      superpixels: Superpixels(partition.cells.map { $0.map(Int32.init) }))
  }
}
