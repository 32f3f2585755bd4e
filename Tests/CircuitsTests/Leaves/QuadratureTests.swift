import Circuits
import Configuration
import Numerics
import TestSupport
import Testing

@Suite struct QuadratureTests {
  struct Network: CustomStringConvertible {
    let shape: AutoencoderShape
    let nodes: Int
    let scale: Float

    var description: String {
      "\(shape.pixels)-\(shape.hidden)-\(shape.latent) \(shape.activation), \(nodes) nodes, "
        + "weights x \(scale)"
    }

    init(
      _ pixels: Int, _ hidden: Int, _ latent: Int, _ activation: Activation, _ nodes: Int,
      scale: Float = 1
    ) {
      shape = AutoencoderShape(
        pixels: pixels, hidden: hidden, latent: latent, activation: activation)
      self.nodes = nodes
      self.scale = scale
    }

    /// Fresh weights, larger, so that posteriors differ from the prior.
    var parameters: [Float] {
      let leaf = AutoencoderLeaf(
        hidden: shape.hidden, latent: shape.latent, activation: shape.activation)
      let own = AlignedBuffer<Float>(count: shape.parameterCount)
      leaf.initialise(
        LeafShape(units: 1, pixels: shape.pixels), seed: 3, leaf: 0, into: own.pointer)
      return own.array.map { $0 * scale }
    }

    /// Values of the kernel.
    func values(_ images: [[UInt8]], observed: [Int]? = nil) -> [Double] {
      let tile = 48
      let lanes = (images.count + laneCount - 1) / laneCount * laneCount
      let x = AlignedBuffer<Float>(count: shape.pixels * tile)
      for (image, pixels) in images.enumerated() {
        for (pixel, value) in pixels.enumerated() {
          x.pointer[pixel * tile + image] = Float(value)
        }
      }
      let scratch = AlignedBuffer<Float>(count: quadratureScratch(shape, tile: tile))
      // What an earlier use may have left.
      for index in 0..<scratch.count { scratch.pointer[index] = .nan }
      let row = AlignedBuffer<Float>(count: tile)
      let parameters = AlignedBuffer(parameters)
      let rule = QuadratureNodes(perLatent: nodes, latent: shape.latent)
      func run(_ list: UnsafeBufferPointer<Int32>?) {
        autoencoderQuadrature(
          AutoencoderNetwork(shape, parameters: parameters.pointer), rule,
          NetworkInputs(x: x.pointer, RowLayout(tile: tile, images: lanes)), observed: list,
          scratch: scratch.pointer, into: row.pointer)
      }
      if let observed {
        observed.map { Int32($0) }.withUnsafeBufferPointer { run($0) }
      } else {
        run(nil)
      }
      return row.array.prefix(images.count).map(Double.init)
    }

    var reference: AutoencoderReference {
      AutoencoderReference(shape, parameters: parameters.map(Double.init), unit: 0)
    }
  }

  static let networks = [
    Network(16, 16, 2, .tanh, 7), Network(16, 16, 2, .tanh, 7, scale: 2.5),
    Network(9, 7, 2, .relu, 5, scale: 2), Network(10, 6, 2, .softplus, 15, scale: 1.5),
    Network(5, 8, 1, .tanh, 20, scale: 2), Network(12, 9, 3, .tanh, 6, scale: 2),
    Network(40, 5, 4, .softplus, 3), Network(300, 60, 2, .tanh, 3),
  ]

  @Test(arguments: networks, [1, 33])
  func kernelMeetsTheReference(network: Network, count: Int) {
    let images = noisyImages(count: count, pixels: network.shape.pixels)
    let found = network.values(images)
    for (image, value) in found.enumerated() {
      let expected = network.reference.quadratureLogLikelihood(
        images[image].map(Double.init), nodes: network.nodes)
      #expect(
        abs(value - expected) < 1e-4 * max(1, abs(expected) / 10), "image \(image): \(expected)")
    }
  }

  @Test(arguments: networks)
  func hiddenPixelsDropOut(network: Network) {
    let pixels = network.shape.pixels
    let seen = (0..<pixels).filter { $0 % 3 != 1 }
    var images = noisyImages(count: 20, pixels: pixels)
    let found = network.values(images, observed: seen)
    for (image, value) in found.enumerated() {
      let expected = network.reference.quadratureLogLikelihood(
        images[image].map(Double.init), nodes: network.nodes, observed: seen)
      #expect(
        abs(value - expected) < 1e-4 * max(1, abs(expected) / 10), "image \(image): \(expected)")
    }
    // What is hidden cannot matter.
    for image in images.indices { for d in 0..<pixels where d % 3 == 1 { images[image][d] ^= 1 } }
    #expect(network.values(images, observed: seen) == found)
    // Nothing seen: the integral of the prior.
    for value in network.values(images, observed: []) { #expect(abs(value) < 2e-6) }
  }

  /// A decoder that ignores its latents: the posterior is the prior, and so are the nodes.
  @Test func aCollapsedUnitIsIndependentPixels() {
    let network = Network(6, 8, 2, .tanh, 7)
    let shape = network.shape
    var parameters = network.parameters.map(Double.init)
    for index in shape.offsets[4]..<shape.offsets[5] { parameters[index] = 0 }
    for index in shape.offsets[7]..<shape.offsets[8] { parameters[index] = Double(index % 5) - 2 }
    let reference = AutoencoderReference(shape, parameters: parameters, unit: 0)
    let circuit = TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 6)
    #expect(throws: Never.self) {
      let quadrature = try circuit.circuit(
        leaf: AutoencoderLeaf(hidden: 8).byQuadrature(nodes: 7))
      let images = (0..<64).map { binaryImage($0, pixels: 6) }
      let found = try quadrature.logLikelihoods(
        RowSource(images),
        derived: quadrature.derived(from: Parameters(parameters.map(Float.init))),
        workers: ForkJoin(workers: 1))
      for (image, value) in found.values.enumerated() {
        let expected = reference.reconstruction(images[image].map(Double.init), [0, 0])
        #expect(abs(value - expected) < 5e-6)
      }
    }
  }

  /// Every image of a few pixels: near the grid, and so a distribution nearly.
  @Test(arguments: [1, 2, 3])
  func smallLeavesAreNearTheGrid(seed: Int) throws {
    let single = TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 6)
    let networks = AutoencoderLeaf(hidden: 8)
    let circuit = try single.circuit(leaf: networks.byQuadrature(nodes: 15))
    let parameters = circuit.initialParameters(seed: seed)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 2 }
    let images = (0..<64).map { binaryImage($0, pixels: 6) }
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2))
    #expect(found.kind == .estimate)
    let network = AutoencoderReference(
      AutoencoderShape(pixels: 6, hidden: 8, latent: 2, activation: .tanh),
      parameters: parameters.doubles, unit: 0)
    let exact = network.gridLogLikelihoods(images.map { $0.map(Double.init) }, points: 241)
    for (value, expected) in zip(found.values, exact) { #expect(abs(value - expected) < 0.01) }
    #expect(abs(logSumExp(found.values)) < 1e-3)
  }

  @Test func aCircuitOfThemMeetsTheReference() throws {
    let tiny = TinyCircuit(rows: 2, columns: 2, units: 2, cellPixels: 4)
    let circuit = try tiny.circuit(leaf: AutoencoderLeaf(hidden: 5).byQuadrature(nodes: 5))
    let parameters = circuit.initialParameters(seed: 5)
    let images = noisyImages(count: 33, pixels: tiny.pixelCount)
    let results = try [1, 2].map {
      try circuit.logLikelihoods(
        RowSource(images), derived: circuit.derived(from: parameters),
        workers: ForkJoin(workers: $0))
    }
    #expect(results[0].values == results[1].values)
    #expect(results[0].kind == .estimate)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in results[0].values.enumerated() {
      #expect(abs(value - reference.logLikelihood(images[image])) < 1e-4, "image \(image)")
    }
  }

  @Test func tooManyNodesAreRefused() throws {
    let wide = AutoencoderLeaf(hidden: 55, latent: 16)
    let fault = #expect(throws: QuadratureFault.self) { try wide.byQuadrature(nodes: 7) }
    #expect(fault?.exitCode == .configuration)
    #expect(fault?.description.contains("7 nodes for each of the model's 16 latents") == true)
    #expect(fault?.description.hasSuffix("ask for iwae:S") == true)
    let four = #expect(throws: QuadratureFault.self) {
      try AutoencoderLeaf(latent: 4).byQuadrature(nodes: 9)
    }
    #expect(four?.description.contains("at most quadrature:8") == true)
    #expect(throws: Never.self) { try AutoencoderLeaf(latent: 4).byQuadrature(nodes: 8) }
  }
}
