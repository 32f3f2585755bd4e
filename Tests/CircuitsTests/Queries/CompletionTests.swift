import Circuits
import Numerics
import TestSupport
import Testing

/// Draws and maxima given evidence, against the enumeration of all completions.
@Suite struct CompletionTests {
  /// Every circuit with parameters that make its units differ.
  struct Case: CustomStringConvertible, Sendable {
    let leaf: any Leaf
    let tiny: TinyCircuit
    var description: String { "\(tiny), \(type(of: leaf).kind)" }
  }

  /// All structures with independent pixels; every other family that hides pixels exactly.
  static let cases: [Case] =
    TinyCircuit.all.map { Case(leaf: BernoulliLeaf(), tiny: $0) }
    + LeafCase.all.filter {
      $0.leaf.hidesPixels && $0.leaf.traits.levels == 2 && !($0.leaf is BernoulliLeaf)
    }.map { Case(leaf: $0.leaf, tiny: $0.tiny) }

  /// Sharpened, so that a wrong choice of unit shows.
  private func parameters(_ circuit: Circuit, seed: Int) -> Parameters {
    let parameters = circuit.initialParameters(seed: seed)
    for index in 0..<parameters.count { parameters.values.pointer[index] *= 3 }
    return parameters
  }

  private func logLikelihoods(
    _ circuit: Circuit, _ parameters: Parameters, pixels: Int
  ) throws -> [Double] {
    try circuit.logLikelihoods(
      RowSource((0..<1 << pixels).map { binaryImage($0, pixels: pixels) }),
      derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2)
    ).values
  }

  /// Numbers of the images that agree with what `image` shows.
  private func completions(of image: [UInt8], hidden: [Bool]) -> [Int] {
    (0..<1 << image.count).filter { number in
      image.indices.allSatisfy { hidden[$0] || UInt8(number >> $0 & 1) == image[$0] }
    }
  }

  @Test(arguments: cases, [1, 2])
  func drawsFollowTheConditional(_ own: Case, seed: Int) throws {
    let circuit = try own.tiny.circuit(leaf: own.leaf)
    let pixels = own.tiny.pixelCount
    let parameters = parameters(circuit, seed: seed)
    let values = try logLikelihoods(circuit, parameters, pixels: pixels)
    let hidden = (0..<pixels).map { ($0 * 5 + seed) % 3 != 0 }
    let image = noisyImages(count: 1, pixels: pixels, seed: seed)[0]
    let draws = 3_000
    let drawn = try circuit.conditionalSamples(
      MaskedSource(RowSource([image]), hiding: .shared(hidden)), Draws(draws, seed: 7),
      derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2))
    let agreeing = completions(of: image, hidden: hidden)
    let total = logSumExp(agreeing.map { values[$0] })
    var counts: [Int: Int] = [:]
    for draw in 0..<draws {
      let row = drawn[draw * pixels..<(draw + 1) * pixels]
      let number = row.enumerated().reduce(0) { $0 | Int($1.element) << $1.offset }
      counts[number, default: 0] += 1
    }
    // Evidence survives in every draw.
    #expect(counts.keys.allSatisfy(Set(agreeing).contains))
    let expected = agreeing.map { Double(draws) * naturalExponential(values[$0] - total) }
    guard expected.filter({ $0 >= 5 }).count > 1 else { return }
    let probability = chiSquareProbability(
      observed: agreeing.map { counts[$0] ?? 0 }, expected: expected)
    #expect(probability > Tolerance.chiSquare, "p \(probability)")
  }

  @Test func drawsDependOnSeedImageAndDrawAlone() throws {
    let circuit = try TinyCircuit(rows: 4, columns: 3, units: 2, steps: [2, 1]).circuit()
    let derived = circuit.derived(from: parameters(circuit, seed: 1))
    let images = noisyImages(count: 70, pixels: 12)
    let mask = PixelMask.random(
      groups: (0..<12).map { [$0] }, probability: 0.6, seed: 5)
    func draws(_ count: Int, workers: Int, seed: Int = 3) throws -> [UInt8] {
      try circuit.conditionalSamples(
        MaskedSource(RowSource(images), hiding: mask), Draws(count, seed: seed),
        derived: derived, workers: ForkJoin(workers: workers))
    }
    let two = try draws(2, workers: 1)
    #expect(try draws(2, workers: 3) == two)
    let three = try draws(3, workers: 2)
    for image in images.indices {
      #expect(
        two[image * 24..<image * 24 + 24] == three[image * 36..<image * 36 + 24])
      let hidden = mask.hidden(image: image, pixelCount: 12)
      for pixel in 0..<12 where !hidden[pixel] {
        #expect(two[image * 24 + pixel] == images[image][pixel])
      }
    }
    #expect(try draws(2, workers: 1, seed: 4) != two)
    // With nothing hidden there is nothing to draw.
    let seen = try circuit.conditionalSamples(
      RowSource(images), Draws(1, seed: 1), derived: derived, workers: ForkJoin(workers: 1))
    #expect(seen == images.flatMap { $0 })
  }

  /// The largest value of one tree of one completion, by maxima in place of sums in the definition.
  private func bestTree(
    _ circuit: Circuit, _ parameters: Parameters, _ image: [UInt8], hidden: [Bool]
  ) -> Double {
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    return completions(of: image, hidden: hidden).map { number in
      var values = reference.values(
        reference.leafValues(binaryImage(number, pixels: image.count)))
      for sum in circuit.sumRegions {
        for unit in 0..<circuit.units {
          values[sum.region][unit] =
            zip(reference.logWeights(of: sum, unit: unit), reference.products(of: sum, values))
            .map { $0 + $1 }.max() ?? -.infinity
        }
      }
      return (values[circuit.graph.root].max() ?? 0) - naturalLogarithm(Double(circuit.units))
    }.max() ?? 0
  }

  @Test(arguments: TinyCircuit.all, [1, 2])
  func maxProductIsTheBestTree(tiny: TinyCircuit, seed: Int) throws {
    let circuit = try tiny.circuit()
    let parameters = parameters(circuit, seed: seed)
    let hidden = (0..<tiny.pixelCount).map { ($0 * 5 + seed) % 3 != 0 }
    let images = noisyImages(count: 3, pixels: tiny.pixelCount, seed: seed)
    let found = try circuit.maxProductCompletions(
      MaskedSource(RowSource(images), hiding: .shared(hidden)),
      derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 2))
    for (number, image) in images.enumerated() {
      let expected = bestTree(circuit, parameters, image, hidden: hidden)
      #expect(abs(found.values[number] - expected) < 2 * Tolerance.kernel)
    }
  }

  @Test(arguments: cases, [1, 2])
  func maxProductIsBetweenItsValueAndTheMaximum(_ own: Case, seed: Int) throws {
    guard own.leaf.hasModes else { return }
    let circuit = try own.tiny.circuit(leaf: own.leaf)
    let pixels = own.tiny.pixelCount
    let parameters = parameters(circuit, seed: seed)
    let values = try logLikelihoods(circuit, parameters, pixels: pixels)
    let hidden = (0..<pixels).map { ($0 * 5 + seed) % 3 != 0 }
    let images = noisyImages(count: 4, pixels: pixels, seed: seed)
    let found = try circuit.maxProductCompletions(
      MaskedSource(RowSource(images), hiding: .shared(hidden)),
      derived: circuit.derived(from: parameters), workers: ForkJoin(workers: 1))
    for (number, image) in images.enumerated() {
      let row = Array(found.pixels[number * pixels..<(number + 1) * pixels])
      let agreeing = completions(of: image, hidden: hidden)
      let index = row.enumerated().reduce(0) { $0 | Int($1.element) << $1.offset }
      #expect(agreeing.contains(index), "evidence")
      let slack = 2 * Tolerance.kernel
      #expect(found.values[number] <= values[index] + slack)
      #expect(values[index] <= (agreeing.map { values[$0] }.max() ?? 0) + slack)
    }
  }

  /// Leaves that know their pixel for certain, and root units of disjoint support: one tree an image,
  /// and max-product is the most probable explanation.
  @Test func maxProductIsExactWhereOneTreeIsPossible() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 2).circuit()
    let parameters = Parameters(count: circuit.layout.parameterCount)
    let values = parameters.values.pointer
    // Root unit 0 holds the products (0,0) and (1,1), unit 1 the others.
    for (index, weight) in [0.7, 0, 0, 0.3, 0, 0.55, 0.45, 0].enumerated() {
      values[index] = Float(naturalLogarithm(weight))
    }
    for leaf in 0..<2 {
      values[circuit.layout.leafParameters[leaf]] = -.infinity
      values[circuit.layout.leafParameters[leaf] + 1] = .infinity
    }
    let derived = circuit.derived(from: parameters)
    func best(_ image: [UInt8], hiding: [Bool]) throws -> MaxProductCompletions {
      try circuit.maxProductCompletions(
        MaskedSource(RowSource([image]), hiding: .shared(hiding)), derived: derived,
        workers: ForkJoin(workers: 1))
    }
    let all = try logLikelihoods(circuit, parameters, pixels: 2)
    #expect(
      all.map { naturalExponential($0) * 2 }.elementsEqual([0.7, 0.45, 0.55, 0.3]) {
        abs($0 - $1) < 1e-6
      })
    let whole = try best([0, 0], hiding: [true, true])
    #expect(whole.pixels == [0, 0] && abs(whole.values[0] - naturalLogarithm(0.35)) < 1e-6)
    let given = try best([1, 0], hiding: [false, true])
    #expect(given.pixels == [1, 0] && abs(given.values[0] - naturalLogarithm(0.225)) < 1e-6)
    let other = try best([0, 1], hiding: [true, false])
    #expect(other.pixels == [0, 1] && abs(other.values[0] - naturalLogarithm(0.275)) < 1e-6)
  }

  @Test func autoencodersHaveNoModes() throws {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 4).circuit(
      leaf: AutoencoderLeaf(hidden: 3))
    #expect(throws: NoModeFault(leaf: "vae")) {
      try circuit.maxProductCompletions(
        RowSource([[0, 1, 0, 1, 0, 1, 0, 1]]),
        derived: circuit.derived(from: circuit.initialParameters(seed: 1)),
        workers: ForkJoin(workers: 1))
    }
  }
}
