import CircuitFixtures
import Circuits
import Kernels
import Testing

@Suite struct MarginalTests {
  /// Against the sum over all completions of the hidden pixels.
  @Test(arguments: TinyCircuit.all, [1, 2])
  func equalsTheSumOverCompletions(tiny: TinyCircuit, seed: Int) throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: seed)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 3 }
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let all = (0..<1 << tiny.pixelCount).map { binaryImage($0, pixels: tiny.pixelCount) }
    let values = all.map { reference.logLikelihood($0) }
    for mask in [0b1, 0b110, 0b1010, (1 << tiny.pixelCount) - 1] {
      let hidden = (0..<tiny.pixelCount).map { mask >> $0 & 1 == 1 }
      let seen = noisyImages(count: 5, pixels: tiny.pixelCount, seed: seed)
      let found = try circuit.logLikelihoods(
        RowSource(seen), derived: circuit.derived(from: parameters, hiding: hidden),
        workers: ForkJoin(workers: 2))
      for (image, value) in zip(seen, found.values) {
        let agreeing = all.indices.filter { number in
          image.indices.allSatisfy { hidden[$0] || all[number][$0] == image[$0] }
        }
        let expected = logSumExp(agreeing.map { values[$0] })
        #expect(abs(value - expected) < Tolerance.kernel * 2, "mask \(mask)")
      }
    }
  }

  /// A wholly hidden VAE leaf is 1 and needs no noise; a part of one is refused.
  @Test func autoencodersHideAsAWhole() throws {
    let tiny = TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 4)
    let circuit = try tiny.circuit(leaf: AutoencoderLeaf(hidden: 3))
    let parameters = circuit.initialParameters(seed: 1)
    let source = RowSource(noisyImages(count: 20, pixels: 8))
    // Cell 0 holds the even pixels.
    let nothing = try circuit.logLikelihoods(
      source,
      derived: circuit.derived(from: parameters, hiding: Array(repeating: true, count: 8)),
      workers: ForkJoin(workers: 1))
    #expect(nothing.values.allSatisfy { abs($0) < Tolerance.kernel })
    let half = try circuit.logLikelihoods(
      source, derived: circuit.derived(from: parameters, hiding: (0..<8).map { $0 % 2 == 1 }),
      workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in half.values.enumerated() {
      var leaves = reference.leafValues(source.rows[image], image: image)
      leaves[1] = [0, 0]
      let expected = reference.rootLogLikelihood(reference.values(leaves))
      #expect(abs(value - expected) < Tolerance.kernel)
    }
    #expect(throws: MarginalFault(leaf: "vae")) {
      try circuit.derived(from: parameters, hiding: (0..<8).map { $0 == 0 })
    }
  }

  @Test func gaussiansAndProductsHidePixels() throws {
    let leaf = ProductLeaf(region: [2, 3], cell: [2, 2], inner: GaussianLeaf())
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 6).circuit(leaf: leaf)
    let parameters = circuit.initialParameters(seed: 2)
    let hidden = [false, true, false, false, true, true]
    func value(_ image: [UInt8]) throws -> Double {
      try circuit.logLikelihoods(
        RowSource([image]), derived: circuit.derived(from: parameters, hiding: hidden),
        workers: ForkJoin(workers: 1)
      ).values[0]
    }
    let seen = try value([90, 0, 120, 200, 3, 77])
    #expect(try value([90, 255, 120, 200, 99, 0]) == seen)
    #expect(try value([91, 0, 120, 200, 3, 77]) != seen)
    // The observed pixels alone, in a circuit of their own.
    let rest = try TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 3).circuit(
      leaf: GaussianLeaf())
    let few = Parameters(count: rest.layout.parameterCount)
    // Cells are columns 0-1 and column 2: (0, 1, 3, 4) and (2, 5).
    for unit in 0..<2 {
      let from = [0, 2].map { unit * 8 + $0 * 2 } + [16 + unit * 4]
      let order = [from[0], from[2], from[1]]
      for (pixel, start) in order.enumerated() {
        few.values.pointer[(unit * 3 + pixel) * 2] = parameters.values.pointer[start]
        few.values.pointer[(unit * 3 + pixel) * 2 + 1] = parameters.values.pointer[start + 1]
      }
    }
    let expected = try rest.logLikelihoods(
      RowSource([[90, 120, 200]]), derived: rest.derived(from: few),
      workers: ForkJoin(workers: 1)
    ).values[0]
    #expect(abs(seen - expected) < Tolerance.kernel)
  }
}
