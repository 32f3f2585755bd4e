import Circuits
import Numerics
import TestSupport
import Testing

/// Sum weights and leaf values that shared powers of two cannot carry: every answer is that of the
/// definition all the same.
@Suite struct LogDomainTests {
  static let circuits =
    dense + [
      TinyCircuit(rows: 3, columns: 3, units: 3, products: ElementwiseProducts()),
      TinyCircuit(
        rows: 3, columns: 3, units: 4, TreeOfCells([nil, 0, 1, 2, 3, 3, 3, 0, 0]),
        products: ElementwiseProducts()),
    ]

  static let dense = [
    TinyCircuit(rows: 3, columns: 3, units: 2), TinyCircuit(rows: 2, columns: 3, units: 3),
    TinyCircuit(rows: 2, columns: 4, units: 4),
    TinyCircuit(rows: 3, columns: 3, units: 2, Halving(cutsBothSides: true)),
  ]

  /// Logits of which many lie more than 87 nats below their unit's largest, as stored files may have
  /// them: no floor was kept.
  private func spread(_ circuit: Circuit, _ scale: Float = 400) -> Parameters {
    let parameters = circuit.initialParameters(seed: 3, weightSpread: 0.25)
    for index in 0..<circuit.layout.sumWeightCount { parameters.values.pointer[index] *= scale }
    for index in circuit.layout.sumWeightCount..<parameters.count {
      parameters.values.pointer[index] *= 600
    }
    return parameters
  }

  private let workers = ForkJoin(workers: 2)

  private func allImages(_ pixels: Int) -> [[UInt8]] {
    (0..<1 << pixels).map { binaryImage($0, pixels: pixels) }
  }

  private func expectEqual(_ a: Double, _ b: Double, _ what: String) {
    #expect(abs(a - b) <= Tolerance.kernel * max(1, abs(b)), "\(what): \(a), \(b)")
  }

  @Test(arguments: circuits)
  func likelihoodsAreTheDefinitions(_ tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = spread(circuit)
    let images = allImages(tiny.pixelCount)
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: circuit.derived(from: parameters), workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let expected = images.map { reference.logLikelihood($0) }
    for (image, value) in found.values.enumerated() {
      expectEqual(value, expected[image], "image \(image)")
    }
    expectEqual(logSumExp(found.values), 0, "the sum over all images")
  }

  /// The kernels alone lose what these weights carry, or the test would show nothing.
  @Test(arguments: dense)
  func theLinearDomainIsWrongForThem(_ tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = spread(circuit)
    let images = allImages(tiny.pixelCount)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let found = linearLogLikelihoods(circuit, parameters, images.map { reference.leafValues($0) })
    let worst = zip(images, found).map { abs(reference.logLikelihood($0) - $1) }.max() ?? 0
    #expect(worst > 1, "\(worst)")
  }

  /// By the kernels alone, a tile at a time, of leaf values `[image][leaf region][unit]`.
  private func linearLogLikelihoods(
    _ circuit: Circuit, _ parameters: Parameters, _ leaves: [[[Double]]]
  ) -> [Double] {
    // Derived from equal parameters, whatever the image is computed by.
    let weights = circuit.derived(from: parameters).values
    let rootWeights = AlignedBuffer(
      Array(repeating: 1 / Float(circuit.units), count: circuit.units))
    let outside = AlignedBuffer<Float>(count: 16)
    let memory = TileMemory(schedule: circuit.schedule, tile: 16, withGradients: false)
    let root = AlignedBuffer<Double>(count: 1)
    return leaves.map { own in
      for (index, region) in circuit.leafRegions.enumerated() {
        let rows = memory.values(of: region)
        for unit in 0..<circuit.units { rows[unit * 16] = Float(own[index][unit]) }
        enterLinearDomain(
          rows: rows, units: circuit.units, tile: 16, images: 16,
          leaves: circuit.leafRegions.count, outside: outside.pointer)
      }
      sumProductForward(
        circuit.schedule, sums: 0..<circuit.schedule.sumCount, weights: weights.pointer,
        memory: memory, images: 16)
      rootLogLikelihoods(
        circuit.schedule, rootWeights: rootWeights.pointer, memory: memory, images: 1,
        into: root.pointer)
      return root.pointer[0]
    }
  }

  @Test(arguments: circuits)
  func marginalsAreSums(_ tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = spread(circuit)
    let derived = circuit.derived(from: parameters)
    let hidden: [Int32] = [0, 3, 4]
    let image = binaryImage(0b10110, pixels: tiny.pixelCount)
    let seen = try circuit.logLikelihoods(
      MaskedSource(RowSource([image]), hiding: mask(hidden, tiny.pixelCount)),
      derived: derived, workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let total = logSumExp(completions(image, hidden).map { reference.logLikelihood($0) })
    expectEqual(seen.values[0], total, "marginal")
  }

  private func mask(_ hidden: [Int32], _ pixels: Int) -> PixelMask {
    .shared((0..<pixels).map { hidden.contains(Int32($0)) })
  }

  private func completions(_ image: [UInt8], _ hidden: [Int32]) -> [[UInt8]] {
    (0..<1 << hidden.count).map { state in
      var own = image
      for (bit, pixel) in hidden.enumerated() { own[Int(pixel)] = UInt8(state >> bit & 1) }
      return own
    }
  }

  @Test(arguments: circuits)
  func posteriorMeansAndDrawsAreTheConditionals(_ tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = spread(circuit, 100)
    let derived = circuit.derived(from: parameters)
    #expect(!derived.isLinear)
    let hidden: [Int32] = [1, 2, 5]
    let image = binaryImage(0b1001, pixels: tiny.pixelCount)
    let source = MaskedSource(RowSource([image]), hiding: mask(hidden, tiny.pixelCount))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let states = completions(image, hidden)
    let logs = states.map { reference.logLikelihood($0) }
    let total = logSumExp(logs)
    let chances = logs.map { naturalExponential($0 - total) }
    let means = try circuit.posteriorMeans(source, derived: derived, workers: workers)
    for pixel in hidden {
      let expected = zip(states, chances).reduce(0) { $0 + Double($1.0[Int(pixel)]) * $1.1 }
      expectEqual(Double(means[Int(pixel)]), expected, "pixel \(pixel)")
    }
    let draws = 4_000
    let drawn = try circuit.conditionalSamples(
      source, Draws(draws, seed: 5), derived: derived, workers: workers)
    var counts = Array(repeating: 0, count: states.count)
    for draw in 0..<draws {
      let own = Array(drawn[draw * tiny.pixelCount..<(draw + 1) * tiny.pixelCount])
      counts[try #require(states.firstIndex(of: own))] += 1
    }
    for (count, chance) in zip(counts, chances) {
      let deviation = (chance * (1 - chance) * Double(draws)).squareRoot()
      #expect(abs(Double(count) - chance * Double(draws)) <= 5 * deviation + 1)
    }
  }

  @Test(arguments: circuits)
  func anomaliesAreConditionals(_ tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = spread(circuit)
    let derived = circuit.derived(from: parameters)
    let images = noisyImages(count: 12, pixels: tiny.pixelCount)
    let maps = try circuit.anomalies(RowSource(images), derived: derived, workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (number, image) in images.enumerated() {
      for (index, pixels) in circuit.leafPixels.enumerated() {
        let rest = logSumExp(completions(image, pixels).map { reference.logLikelihood($0) })
        expectEqual(
          maps[number * circuit.leafPixels.count + index],
          rest - reference.logLikelihood(image), "image \(number), region \(index)")
      }
    }
  }

  @Test func classesFollowFromTheirOwnUnits() throws {
    let tiny = TinyCircuit(rows: 2, columns: 3, units: 2)
    let circuit = try tiny.circuit(classPriors: [0.5, 0.3, 0.2])
    let parameters = spread(circuit)
    let images = allImages(tiny.pixelCount)
    let found = try circuit.classPosteriors(
      RowSource(images), derived: circuit.derived(from: parameters), workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, own) in zip(images, found) {
      let values = reference.values(reference.leafValues(image))
      let total = reference.rootLogLikelihood(values)
      for unit in 0..<3 {
        expectEqual(
          own[unit],
          naturalExponential(reference.jointLogLikelihood(values, rootUnit: unit) - total),
          "class \(unit)")
      }
    }
  }

  /// The best tree is at most the sum, and no weight of it is -inf.
  @Test(arguments: circuits)
  func maxProductKnowsSmallWeights(_ tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let parameters = spread(circuit)
    let derived = circuit.derived(from: parameters)
    let images = allImages(tiny.pixelCount)
    let trees = try circuit.maxProductCompletions(
      RowSource(images), derived: derived, workers: workers)
    let sums = try circuit.logLikelihoods(RowSource(images), derived: derived, workers: workers)
    for (tree, sum) in zip(trees.values, sums.values) {
      #expect(tree <= sum + Tolerance.kernel * abs(sum))
      #expect(tree > -.infinity)
    }
  }

  // MARK: Leaves

  /// Nine leaves of two units; a white pixel has -`nats` under one of them.
  private func unlikely(_ nats: Float) throws -> (Circuit, Parameters) {
    let circuit = try TinyCircuit(rows: 3, columns: 3, units: 2, cellPixels: 2).circuit()
    let parameters = circuit.initialParameters(seed: 1)
    for index in circuit.layout.sumWeightCount..<parameters.count {
      parameters.values.pointer[index] = index.isMultiple(of: 3) ? -nats : -nats / 2
    }
    return (circuit, parameters)
  }

  @Test func leavesBeyondTheExponentsAreNotClamped() throws {
    let (circuit, parameters) = try unlikely(40_000_000)
    let images: [[UInt8]] = [
      Array(repeating: 1, count: 18), Array(repeating: 0, count: 18),
      binaryImage(0b101, pixels: 18), Array(repeating: 1, count: 18),
    ]
    let derived = circuit.derived(from: parameters)
    #expect(derived.isLinear, "the weights are as they should be")
    let found = try circuit.logLikelihoods(RowSource(images), derived: derived, workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in zip(images, found.values) {
      expectEqual(value, reference.logLikelihood(image), "log-likelihood")
      let alone = try circuit.logLikelihoods(RowSource([image]), derived: derived, workers: workers)
      #expect(alone.values == [value], "whatever else is in the tile")
    }
    #expect(found.values[0] < -100_000_000)
  }

  /// Values whose powers of two no 32 bits hold.
  @Test func anomaliesOfVerySmallLeavesAreConditionals() throws {
    let (circuit, parameters) = try unlikely(1e12)
    let white = [UInt8](repeating: 1, count: 18)
    let maps = try circuit.anomalies(
      RowSource([white]), derived: circuit.derived(from: parameters), workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let whole = reference.logLikelihood(white)
    for (index, pixels) in circuit.leafPixels.enumerated() {
      let rest = logSumExp(completions(white, pixels).map { reference.logLikelihood($0) })
      expectEqual(maps[index], rest - whole, "region \(index)")
    }
  }

  /// Statistics of a tile with images inside and outside the linear domain are the sum of both kinds'.
  @Test func statisticsAreTheDefinitions() throws {
    let (circuit, parameters) = try unlikely(40_000_000)
    let images: [[UInt8]] = [
      Array(repeating: 1, count: 18), Array(repeating: 0, count: 18),
      binaryImage(0b101, pixels: 18),
    ]
    let derived = circuit.derived(from: parameters)
    let statistics = AlignedBuffer<Float>(count: circuit.layout.statisticCount)
    let values = AlignedBuffer<Double>(count: 64)
    let workspace = Workspace(
      circuit: circuit, tile: 64, withGradients: true, keepsExponents: false)
    let order: [Int32] = [0, 1, 2]
    order.withUnsafeBufferPointer { order in
      circuit.load(
        RowSource(images), order, noise: .evaluation, workspace: workspace)
      circuit.addStatistics(
        images: order.count, derived: derived, noise: .evaluation, workspace: workspace,
        to: TileStatistics(
          logLikelihoods: values.pointer, statistics: statistics.pointer))
    }
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (index, expected) in reference.edgeCounts(images).enumerated() {
      let found = Double(statistics.pointer[index]) * Double(derived.values.pointer[index])
      #expect(abs(found - expected) < 10 * Tolerance.kernel, "weight \(index)")
    }
  }

  @Test func lookedUpLeavesBeyondTheExponentsAreNotClamped() throws {
    let circuit = try TinyCircuit(rows: 2, columns: 2, units: 2).circuit()
    let parameters = circuit.initialParameters(seed: 1)
    for index in circuit.layout.sumWeightCount..<parameters.count {
      parameters.values.pointer[index] = -30_000_000 - Float(index) * 1_000_000
    }
    let white = [UInt8](repeating: 1, count: 4)
    let found = try circuit.logLikelihoods(
      RowSource([white]), derived: circuit.derived(from: parameters), workers: workers)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    expectEqual(found.values[0], reference.logLikelihood(white), "white")
  }

  /// Log-densities of very large leaves are far above 0.
  @Test func exponentsAreBoundedAbove() {
    let rows = AlignedBuffer<Float>(count: 3 * 16)
    let outside = AlignedBuffer<Float>(count: 16)
    let values: [Float] = [5_988_815, 2_000_000, -2_000_000, -5_988_815, -.infinity]
    for (image, value) in values.enumerated() {
      rows.pointer[image] = value
      rows.pointer[16 + image] = value - 1
    }
    enterLinearDomain(
      rows: rows.pointer, units: 2, tile: 16, images: 16, leaves: 1, outside: outside.pointer)
    #expect(outside.array.prefix(5).map { $0 != 0 } == [true, false, false, true, false])
    let exponents = UnsafeMutableRawPointer(rows.pointer + 32).assumingMemoryBound(to: Int32.self)
    for image in 1...2 {
      let nats =
        naturalLogarithm(Double(rows.pointer[image])) + Double(exponents[image])
        * naturalLogarithm(2)
      expectEqual(nats, Double(values[image]), "\(values[image])")
    }
  }

  // MARK: The floor

  @Test func initialWeightsKeepTheFloor() throws {
    let circuit = try TinyCircuit(rows: 2, columns: 4, units: 4).circuit()
    let parameters = circuit.initialParameters(seed: 1, weightSpread: 40)
    #expect(circuit.derived(from: parameters).isLinear)
    for sum in circuit.sumRegions {
      let count = sum.productCount
      for unit in 0..<sum.units {
        let first = sum.weightOffset + unit * count
        let logits = (first..<first + count).map { parameters.values.pointer[$0] }
        #expect((logits.max() ?? 0) - (logits.min() ?? 0) <= 41)
      }
    }
    // Where it does not act, nothing changes.
    let plain = circuit.initialParameters(seed: 1, weightSpread: 0.1).values.array
    let again = circuit.initialParameters(seed: 1, weightSpread: 0.2).values.array
    for index in 0..<circuit.layout.sumWeightCount {
      #expect(abs(again[index] - 2 * plain[index]) < 1e-6)
    }
  }
}
