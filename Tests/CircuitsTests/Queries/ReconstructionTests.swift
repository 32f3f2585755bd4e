import Circuits
import Configuration
import Numerics
import TestSupport
import Testing

@Suite struct ReconstructionTests {
  static let leaves: [AutoencoderLeaf] = [
    AutoencoderLeaf(hidden: 5), AutoencoderLeaf(hidden: 6, latent: 3, activation: .relu),
    AutoencoderLeaf(hidden: 4, activation: .softplus, estimator: .importance(samples: 3)),
  ]
  static let circuits = [
    TinyCircuit(rows: 2, columns: 2, units: 2, cellPixels: 4),
    TinyCircuit(rows: 1, columns: 3, units: 3, cellPixels: 2),
    TinyCircuit(rows: 4, columns: 3, units: 2, steps: [2, 1], cellPixels: 3),
    TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 7),
  ]

  /// Weights large enough that units differ and so do their flows.
  private func parameters(_ circuit: Circuit) -> Parameters {
    let parameters = circuit.initialParameters(seed: 4)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 2.5 }
    return parameters
  }

  @Test(arguments: circuits, leaves)
  func theDefinitionInDouble(tiny: TinyCircuit, leaf: AutoencoderLeaf) throws {
    let circuit = try tiny.circuit(leaf: leaf)
    let parameters = parameters(circuit)
    let images = noisyImages(count: 41, pixels: tiny.pixelCount)
    let results = try [1, 3].map {
      try circuit.reconstructions(
        RowSource(images), derived: circuit.derived(from: parameters),
        workers: ForkJoin(workers: $0))
    }
    #expect(results[0] == results[1])
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    var isMixed = tiny.units == 1
    for (image, pixels) in images.enumerated() {
      let flows = reference.flows(reference.values(reference.leafValues(pixels, image: image)))
      for (index, region) in circuit.leafRegions.enumerated() {
        let own = circuit.leafPixels[index]
        var expected = Array(repeating: 0.0, count: own.count)
        for unit in 0..<tiny.units {
          let network = network(circuit, leaf, parameters, leaf: index, unit: unit)
          let mean = network.encode(own.map { Double(pixels[Int($0)]) }).mean
          for (place, logit) in network.decode(mean).enumerated() {
            expected[place] += flows[region][unit] * logistic(logit)
          }
          isMixed = isMixed || (0.1...0.9).contains(flows[region][unit])
          if tiny.units == 1 { #expect(abs(flows[region][unit] - 1) < 1e-12) }
        }
        for (place, pixel) in own.enumerated() {
          let found = Double(results[0][image * tiny.pixelCount + Int(pixel)])
          #expect(abs(found - expected[place]) < 1e-4, "image \(image), pixel \(pixel)")
        }
      }
    }
    #expect(isMixed, "one unit everywhere, or this shows nothing of the flows")
  }

  private func network(
    _ circuit: Circuit, _ leaf: AutoencoderLeaf, _ parameters: Parameters, leaf index: Int,
    unit: Int
  ) -> AutoencoderReference {
    let shape = AutoencoderShape(
      pixels: circuit.leafShapes[index].pixels, hidden: leaf.hidden, latent: leaf.latent,
      activation: leaf.activation)
    let before = circuit.leafShapes[..<index].reduce(circuit.layout.sumWeightCount) {
      $0 + leaf.sizes($1).parameters
    }
    return AutoencoderReference(shape, parameters: parameters.values.pointer + before, unit: unit)
  }

  @Test func manyTilesAndNoImages() throws {
    let tiny = Self.circuits[0]
    let circuit = try tiny.circuit(leaf: AutoencoderLeaf(hidden: 5))
    let derived = circuit.derived(from: parameters(circuit))
    let images = noisyImages(count: 2_100, pixels: tiny.pixelCount)
    var told: [Int] = []
    let all = try circuit.reconstructions(
      RowSource(images), derived: derived, workers: ForkJoin(workers: 2)
    ) { told.append($0) }
    #expect(told == [2_048, 2_100], "after each block of 32 tiles of 64")
    #expect(all.count == 2_100 * tiny.pixelCount && all.allSatisfy { (0...1.000_1).contains($0) })
    let none = try circuit.reconstructions(
      RowSource([], pixels: tiny.pixelCount), derived: derived, workers: ForkJoin(workers: 2))
    #expect(none.isEmpty)
  }

  @Test func leavesWithoutEncodersAreRefused() throws {
    let circuit = try Self.circuits[0].circuit()
    let derived = circuit.derived(from: circuit.initialParameters(seed: 1))
    let fault = #expect(throws: NoEncoderFault.self) {
      try circuit.reconstructions(
        RowSource([binaryImage(5, pixels: 16)]), derived: derived, workers: ForkJoin(workers: 1))
    }
    #expect(fault?.exitCode == .configuration)
    #expect(fault?.description.contains("bernoulli leaves") == true)
  }
}
