import Circuits
import Numerics
import TestSupport
import Testing

/// The linear-domain kernels against the log-domain reference, on leaf values of our own choosing.
@Suite struct KernelAgainstReferenceTests {
  /// Leaf values `[image][leaf region][unit]` that stress the exponents.
  enum Spread: CaseIterable {
    case ordinary, hundredsOfNats, oppositeDirections, someImpossible, allImpossible

    func value(image: Int, leaf: Int, unit: Int) -> Double {
      let key = NoiseKey(seed: 8, purpose: .sampling, image: image, leaf: leaf, sample: unit)
      let noise = key.uniform
      switch self {
      case .ordinary: return -3 * noise
      case .hundredsOfNats: return -400 * noise
      // Units 400 nats apart, the other way round in the next leaf.
      case .oppositeDirections: return (leaf + unit) % 2 == 0 ? -noise : -400 - noise
      case .someImpossible: return noise < 0.4 ? -.infinity : -20 * noise
      case .allImpossible: return leaf == 0 ? -.infinity : -noise
      }
    }
  }

  /// Logits N(0, (0.1 scale)^2): at 400 and more the partitions of a region differ by many powers
  /// of two, and a largest exponent that forgot one of them would show.
  struct Sums {
    let units: Int
    let scale: Float

    static let all =
      [1, 2, 3, 4, 5, 8, 12, 16].flatMap { units in
        [1, 400, 2_000].map { Sums(units: units, scale: $0) }
      } + [18, 20].flatMap { units in [1, 400].map { Sums(units: units, scale: $0) } }
  }

  /// Weights that are zero in Float under leaves hundreds of nats apart need an exponent a unit,
  /// which these kernels do not have: there they promise finite numbers, not right ones.
  private func isInDomain(_ spread: Spread, _ sums: Sums) -> Bool {
    switch spread {
    case .ordinary, .allImpossible: true
    case .oppositeDirections, .someImpossible: sums.scale <= 400
    case .hundredsOfNats: sums.scale == 1
    }
  }

  @Test(arguments: Spread.allCases, Sums.all)
  func valuesAndFlows(spread: Spread, sums: Sums) throws {
    let (units, scale) = (sums.units, sums.scale)
    // The reference takes its time over many units.
    for images in scale == 1 && units < 8 ? [1, 3, 17, 64] : [17] {
      let circuit = try TinyCircuit(rows: 3, columns: 3, units: units).circuit()
      let parameters = circuit.initialParameters(seed: 2)
      for index in 0..<circuit.layout.sumWeightCount {
        parameters.values.pointer[index] *= scale
      }
      let memory = TileMemory(schedule: circuit.schedule, tile: 64, withGradients: true)
      let roots = AlignedBuffer<Double>(count: images)
      let leaves = (0..<images).map { image in
        circuit.leafRegions.indices.map { leaf in
          (0..<units).map { spread.value(image: image, leaf: leaf, unit: $0) }
        }
      }
      let counts = run(circuit, parameters, leaves, memory: memory, roots: roots)

      guard isInDomain(spread, sums) else { continue }
      var expectedCounts = Array(repeating: 0.0, count: counts.count)
      let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
      for image in 0..<images {
        let values = reference.values(leaves[image])
        let root = reference.rootLogLikelihood(values)
        if root == -.infinity {
          #expect(roots.pointer[image] == -.infinity)
        } else {
          #expect(abs(roots.pointer[image] - root) < Tolerance.kernel * max(1, abs(root)))
        }
        let flows = reference.flows(values)
        for sum in circuit.sumRegions {
          let edges = reference.edgeCounts(of: sum, values: values, flows: flows)
          for (edge, count) in edges.enumerated() {
            expectedCounts[sum.weightOffset + edge] += count
          }
        }
        for region in circuit.graph.scopes.indices {
          for unit in 0..<units {
            let found =
              Double(memory.gradients(of: region)[unit * 64 + image])
              * Double(memory.values(of: region)[unit * 64 + image])
            #expect(
              abs(found - flows[region][unit]) < 2 * Tolerance.kernel,
              "\(spread), image \(image), region \(region), unit \(unit)")
          }
        }
      }
      for (weight, (found, expected)) in zip(counts, expectedCounts).enumerated()
      where abs(found - expected) >= 2 * Tolerance.kernel * Double(images) {
        Issue.record("\(spread), \(images) images, weight \(weight): \(found), \(expected)")
      }
    }
  }

  /// Four large products and K^2 - 4 small ones. A running sum in [1/2, 1) rounds each small one down by 0.45 units in
  /// the last place (2^-24). Added by left unit, a term passes through at most 2 K additions, each off by at most half
  /// a unit in the last place: K * 2^-24 in all.
  @Test(arguments: [18, 20, 30, 32, 64])
  func sumsOfManySmallProducts(units: Int) throws {
    let circuit = try TinyCircuit(rows: 1, columns: 2, units: units).circuit()
    let parameters = circuit.initialParameters(seed: 2)
    let products = units * units
    for weight in 0..<circuit.layout.sumWeightCount {
      parameters.values.pointer[weight] =
        weight % products < 4 ? 0 : Float(naturalLogarithm(4 * 1.45 * powerOfTwo(-24)))
    }
    let memory = TileMemory(schedule: circuit.schedule, tile: 64, withGradients: true)
    let roots = AlignedBuffer<Double>(count: 1)
    let ones = circuit.leafRegions.map { _ in Array(repeating: 0.0, count: units) }
    _ = run(circuit, parameters, [ones], memory: memory, roots: roots)
    let weights = circuit.derived(from: parameters).values.array[..<circuit.schedule.weightCount]
    let exact = naturalLogarithm(weights.reduce(0.0) { $0 + Double($1) } / Double(units))
    #expect(abs(roots.pointer[0] - exact) < Double(units) * powerOfTwo(-24))
  }

  /// Forward and backward; returns the expected counts of all edges, statistic times weight.
  private func run(
    _ circuit: Circuit, _ parameters: Parameters, _ leaves: [[[Double]]], memory: TileMemory,
    roots: AlignedBuffer<Double>
  ) -> [Double] {
    let lanes = (leaves.count + laneCount - 1) / laneCount * laneCount
    let outside = AlignedBuffer<Float>(count: 64)
    for (index, region) in circuit.leafRegions.enumerated() {
      for unit in 0..<circuit.units {
        for image in leaves.indices {
          memory.values(of: region)[unit * 64 + image] = Float(leaves[image][index][unit])
        }
      }
      enterLinearDomain(
        rows: memory.values(of: region), units: circuit.units, tile: 64, images: lanes,
        leaves: circuit.leafRegions.count, outside: outside.pointer)
    }
    #expect(outside.array.allSatisfy { $0 == 0 }, "exponents carry all leaves")
    let derived = circuit.derived(from: parameters)
    let rootWeights = AlignedBuffer(
      Array(repeating: 1 / Float(circuit.units), count: circuit.units))
    let statistics = AlignedBuffer<Float>(count: circuit.schedule.weightCount)
    sumProductForward(
      circuit.schedule, sums: 0..<circuit.schedule.sumCount, weights: derived.values.pointer,
      memory: memory, images: lanes)
    rootLogLikelihoods(
      circuit.schedule, rootWeights: rootWeights.pointer, memory: memory, images: leaves.count,
      into: roots.pointer)
    seedRootGradient(
      circuit.schedule, rootWeights: rootWeights.pointer, memory: memory, images: leaves.count)
    sumProductBackward(
      circuit.schedule, sums: 0..<circuit.schedule.sumCount, weights: derived.values.pointer,
      memory: memory, images: lanes,
      statistics: statistics.pointer)
    let areFinite = statistics.array.allSatisfy { $0.isFinite }
    #expect(areFinite)
    return zip(statistics.array, derived.values.array).map { Double($0) * Double($1) }
  }

  @Test(arguments: [0, 1, 3, 17, 64, 65], [2, 8, 16])
  func anyNumberOfImages(count: Int, units: Int) throws {
    let tiny =
      units == 2
      ? TinyCircuit(rows: 4, columns: 3, units: 2, cellPixels: 2)
      : TinyCircuit(rows: 2, columns: 3, units: units, cellPixels: 2)
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 6)
    let images = noisyImages(count: count, pixels: tiny.pixelCount)
    let derived = circuit.derived(from: parameters)
    let one = try circuit.logLikelihoods(
      RowSource(images, pixels: tiny.pixelCount), derived: derived,
      workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    #expect(one.values.count == count)
    for (image, value) in zip(images, one.values) {
      #expect(abs(value - reference.logLikelihood(image)) < Tolerance.kernel)
    }
    // The number of workers changes no bit.
    let three = try circuit.logLikelihoods(
      RowSource(images, pixels: tiny.pixelCount), derived: derived,
      workers: ForkJoin(workers: 3))
    #expect(one.values == three.values)
  }

  @Test func logitsOfInfinityForbidAnOutcome() throws {
    let tiny = TinyCircuit(rows: 2, columns: 2, units: 2)
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 1)
    // Pixel 0 is surely 1 in every unit, pixel 3 surely 0.
    for unit in 0..<2 {
      parameters.values.pointer[circuit.layout.sumWeightCount + unit] = .infinity
      parameters.values.pointer[circuit.layout.parameterCount - 2 + unit] = -.infinity
    }
    let images = (0..<16).map { binaryImage($0, pixels: 4) }
    let found = try circuit.logLikelihoods(
      RowSource(images), derived: circuit.derived(from: parameters),
      workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in zip(images, found.values) {
      let isPossible = image[0] == 1 && image[3] == 0
      #expect((value > -.infinity) == isPossible)
      if isPossible { #expect(abs(value - reference.logLikelihood(image)) < Tolerance.kernel) }
    }
    #expect(abs(logSumExp(found.values)) < Tolerance.kernel)
  }
}
