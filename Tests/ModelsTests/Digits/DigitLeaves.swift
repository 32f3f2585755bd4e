import Circuits
import Datasets
import Numerics

/// The poster's network with VAE leaves on the embedded digits, in memory.
struct DigitLeaves {
  static let shape = AutoencoderShape(pixels: 16, hidden: 16, latent: 2, activation: .tanh)
  let circuit: Circuit
  let parameters: Parameters
  private let digits: Digits

  init(epochs: Int) throws {
    let graph = try PoonDomingos(steps: [1]).regionGraph(of: Lattice(rows: 7, columns: 7))
    let partition = try GridPartition(
      imageHeight: 28, imageWidth: 28, cellHeight: 4, cellWidth: 4)
    let circuit = Circuit(
      graph: graph, units: 2, leaf: AutoencoderLeaf(),
      superpixels: Superpixels(partition.cells.map { $0.map(Int32.init) }))
    let digits = try Digits()
    let parameters = circuit.initialParameters(seed: 1)
    let trainer = Trainer(
      circuit: circuit, parameters: parameters,
      settings: TrainingSettings(learner: Adam(), batch: 100),
      workers: ForkJoin(workers: 2))
    for epoch in 0..<epochs { try trainer.runEpoch(epoch + 1, on: digits) }
    self.circuit = circuit
    self.parameters = parameters
    self.digits = digits
  }

  /// Quadrature less the dense grid, in nats, for some images of some networks: every `stride`-th of
  /// the leaf units, `images` others each.
  func errors(nodes: [Int], stride step: Int, images count: Int) -> [[Double]] {
    var errors = nodes.map { _ in [Double]() }
    for number in stride(from: 0, to: 98, by: step) {
      let pixels = circuit.leafPixels[number / 2]
      let images = (0..<count).map { image in
        pixels.map { digits.pixel(Int($0), image: number * 37 + image * 101) }
      }
      let network = Network(
        parameters: parameters.values.pointer + circuit.layout.sumWeightCount
          + number * Self.shape.parameterCount, images: images)
      let exact = network.grid()
      for (place, nodes) in nodes.enumerated() {
        errors[place] += zip(network.quadrature(nodes: nodes), exact).map { $0 - $1 }
      }
    }
    return errors
  }

  private struct Network {
    let parameters: UnsafePointer<Float>
    let images: [[UInt8]]

    func grid() -> [Double] {
      AutoencoderReference(shape, parameters: parameters, unit: 0)
        .gridLogLikelihoods(images.map { $0.map(Double.init) }, points: 241)
    }

    func quadrature(nodes: Int) -> [Double] {
      let tile = (images.count + laneCount - 1) / laneCount * laneCount
      let x = AlignedBuffer<Float>(count: shape.pixels * tile)
      for (image, pixels) in images.enumerated() {
        for (pixel, value) in pixels.enumerated() {
          x.pointer[pixel * tile + image] = Float(value)
        }
      }
      let row = AlignedBuffer<Float>(count: tile)
      let scratch = AlignedBuffer<Float>(count: quadratureScratch(shape, tile: tile))
      autoencoderQuadrature(
        AutoencoderNetwork(shape, parameters: parameters),
        QuadratureNodes(perLatent: nodes, latent: 2),
        NetworkInputs(x: x.pointer, RowLayout(tile: tile, images: tile)),
        scratch: scratch.pointer, into: row.pointer)
      return row.array.prefix(images.count).map(Double.init)
    }
  }

  /// Digits, black and white at half the range.
  struct Digits: TrainingSource {
    let sampleCount: Int
    let valueCount = 784
    private let rows: AlignedBuffer<UInt8>

    /// - Parameter count: at most so many, the first.
    init(
      _ path: String = "Data/mnist-5k/train-images-idx3-ubyte.gz", first count: Int = .max
    ) throws {
      let images = try IDXFile.images(path)
      sampleCount = min(images.count, count)
      rows = AlignedBuffer(images.pixels.map { $0 >= 128 ? 1 : 0 })
    }

    func pixel(_ pixel: Int, image: Int) -> UInt8 {
      rows.pointer[image % sampleCount * 784 + pixel]
    }

    func order(epoch: Int) -> [Int32] {
      (0..<sampleCount).map { Int32(($0 * 1_009 + epoch) % sampleCount) }
    }

    func copy(
      _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
    ) {
      for (place, sample) in samples.enumerated() {
        (out + place * 784).update(from: rows.pointer + Int(sample) * 784, count: 784)
      }
    }
  }
}

private let shape = DigitLeaves.shape
