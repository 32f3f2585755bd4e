import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct MarginalTests {
  /// Against the sum over all completions of the hidden pixels.
  @Test(arguments: TinyCircuit.all + TinyCircuit.functional, [1, 2])
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
        MaskedSource(RowSource(seen), hiding: .shared(hidden)),
        derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2))
      for (image, value) in zip(seen, found.values) {
        let agreeing = all.indices.filter { number in
          image.indices.allSatisfy { hidden[$0] || all[number][$0] == image[$0] }
        }
        let expected = logSumExp(agreeing.map { values[$0] })
        #expect(abs(value - expected) < Tolerance.kernel * 2, "mask \(mask)")
      }
    }
  }

  /// Each hidden pixel's mean against the enumeration of all completions.
  @Test(arguments: TinyCircuit.all)
  func posteriorMeansEqualThoseOfAllCompletions(tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 3)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 3 }
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let all = (0..<1 << tiny.pixelCount).map { binaryImage($0, pixels: tiny.pixelCount) }
    let values = all.map { reference.logLikelihood($0) }
    for mask in [0b1, 0b110, (1 << tiny.pixelCount) - 1] {
      let hidden = (0..<tiny.pixelCount).map { mask >> $0 & 1 == 1 }
      let seen = noisyImages(count: 3, pixels: tiny.pixelCount, seed: 4)
      let found = try circuit.posteriorMeans(
        MaskedSource(RowSource(seen), hiding: .shared(hidden)),
        derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2))
      for (number, image) in seen.enumerated() {
        let agreeing = all.indices.filter { completion in
          image.indices.allSatisfy { hidden[$0] || all[completion][$0] == image[$0] }
        }
        let total = logSumExp(agreeing.map { values[$0] })
        for pixel in image.indices {
          let expected =
            hidden[pixel]
            ? agreeing.filter { all[$0][pixel] == 1 }
              .reduce(0) { $0 + naturalExponential(values[$1] - total) }
            : Double(image[pixel])
          let mean = Double(found[number * tiny.pixelCount + pixel])
          #expect(abs(mean - expected) < 2 * Tolerance.kernel, "pixel \(pixel), mask \(mask)")
        }
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
      MaskedSource(source, hiding: .shared(Array(repeating: true, count: 8))),
      derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1))
    #expect(nothing.values.allSatisfy { abs($0) < Tolerance.kernel })
    let half = try circuit.logLikelihoods(
      MaskedSource(source, hiding: .shared((0..<8).map { $0 % 2 == 1 })),
      derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in half.values.enumerated() {
      var leaves = reference.leafValues(source.rows[image], image: image)
      leaves[1] = [0, 0]
      let expected = reference.rootLogLikelihood(reference.values(leaves))
      #expect(abs(value - expected) < Tolerance.kernel)
    }
    #expect(throws: MarginalFault(leaf: "vae")) {
      try circuit.require(.shared((0..<8).map { $0 == 0 }))
    }
  }

  @Test func gaussiansAndProductsHidePixels() throws {
    let leaf = ProductLeaf(region: [2, 3], cell: [2, 2], inner: GaussianLeaf())
    let circuit = try TinyCircuit(rows: 1, columns: 1, units: 2, cellPixels: 6).circuit(leaf: leaf)
    let parameters = circuit.initialParameters(seed: 2)
    let hidden = [false, true, false, false, true, true]
    func value(_ image: [UInt8]) throws -> Double {
      try circuit.logLikelihoods(
        MaskedSource(RowSource([image]), hiding: .shared(hidden)),
        derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1)
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

  /// Each image its own mask, by pixels: against the sum over that image's completions.
  @Test(
    arguments: LeafCase.all.filter { $0.leaf.hidesPixels && $0.leaf.traits.levels == 2 }, [1, 2])
  func everyImageHidesItsOwnPixels(leaf: LeafCase, seed: Int) throws {
    let circuit = try leaf.circuit()
    let pixels = leaf.tiny.pixelCount
    let parameters = circuit.initialParameters(seed: seed)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 2 }
    let derived = circuit.derived(from: parameters)
    let all = (0..<1 << pixels).map { binaryImage($0, pixels: pixels) }
    let values = try circuit.logLikelihoods(
      RowSource(all), derived: derived, workers: ForkJoin(workers: 2)
    ).values
    let mask = PixelMask.random(
      groups: (0..<Int32(pixels)).map { [$0] }, probability: 0.4, seed: seed)
    let seen = noisyImages(count: 40, pixels: pixels, seed: seed)
    let source = MaskedSource(RowSource(seen), hiding: mask)
    let found = try circuit.logLikelihoods(
      source, derived: derived, workers: ForkJoin(workers: 2)
    ).values
    let means = try circuit.posteriorMeans(
      source, derived: derived, workers: ForkJoin(workers: 1))
    var patterns: Set<[Bool]> = []
    for (number, image) in seen.enumerated() {
      let hidden = mask.hidden(image: number, pixelCount: pixels)
      patterns.insert(hidden)
      let agreeing = all.indices.filter { completion in
        image.indices.allSatisfy { hidden[$0] || all[completion][$0] == image[$0] }
      }
      let total = logSumExp(agreeing.map { values[$0] })
      #expect(abs(found[number] - total) < 3 * Tolerance.kernel, "image \(number)")
      for pixel in 0..<pixels {
        let expected =
          hidden[pixel]
          ? agreeing.filter { all[$0][pixel] == 1 }
            .reduce(0) { $0 + naturalExponential(values[$1] - total) }
          : Double(image[pixel])
        #expect(abs(Double(means[number * pixels + pixel]) - expected) < 3 * Tolerance.kernel)
      }
    }
    #expect(patterns.count > 20)
  }

  /// Images that hide a VAE leaf among images that show it.
  @Test func autoencodersHideByImage() throws {
    let tiny = TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 4)
    let circuit = try tiny.circuit(leaf: AutoencoderLeaf(hidden: 3))
    let parameters = circuit.initialParameters(seed: 1)
    let images = noisyImages(count: 40, pixels: 8)
    let groups = circuit.leafPixels
    let mask = PixelMask.random(groups: groups, probability: 0.5, seed: 3)
    let found = try circuit.logLikelihoods(
      MaskedSource(RowSource(images), hiding: mask), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in found.values.enumerated() {
      var leaves = reference.leafValues(images[image], image: image)
      let hidden = mask.hidden(image: image, pixelCount: 8)
      for (index, pixels) in groups.enumerated() where hidden[Int(pixels[0])] {
        leaves[index] = [0, 0]
      }
      let expected = reference.rootLogLikelihood(reference.values(leaves))
      #expect(abs(value - expected) < Tolerance.kernel)
    }
    #expect(throws: MarginalFault(leaf: "vae")) {
      try circuit.require(.random(groups: [[0], [1]], probability: 0.5, seed: 1))
    }
  }

  /// Learning with missing pixels: the gradient of the marginal log-likelihood. A step wide enough for
  /// Float values is too wide for mixtures of 255 throws: they curve too much.
  @Test(
    arguments: LeafCase.all.filter {
      $0.leaf.hidesPixels
        && ($0.largestTerm == 1 || $0.leaf is FactorisedLeaf<BinomialEmission>)
    })
  func gradientsOfMarginals(leaf: LeafCase) throws {
    let circuit = try leaf.circuit()
    let pixels = leaf.tiny.pixelCount
    let parameters = circuit.initialParameters(seed: 4)
    let mask = PixelMask.random(
      groups: (0..<Int32(pixels)).map { [$0] }, probability: 0.4, seed: 2)
    let source = MaskedSource(RowSource(leaf.images(count: 24)), hiding: mask)
    func mean() throws -> Double {
      let values = try circuit.logLikelihoods(
        source, derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1)
      ).values
      return values.reduce(0, +) / Double(values.count)
    }
    let gradient = kernelGradient(
      of: circuit, parameters, source, scale: 1 / Float(source.sampleCount))
    for index in stride(from: 0, to: parameters.count, by: 1 + parameters.count / 40) {
      let before = parameters.values.pointer[index]
      // Float values: a wide step, and a tolerance to match.
      let step: Float = 0.02
      parameters.values.pointer[index] = before + step
      let above = try mean()
      parameters.values.pointer[index] = before - step
      let below = try mean()
      parameters.values.pointer[index] = before
      let slope = (above - below) / Double(2 * step)
      #expect(abs(slope - gradient[index]) < 2e-3 * max(1, abs(slope)), "\(index)")
    }
  }
}
