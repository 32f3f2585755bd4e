import Circuits
import Numerics
import TestSupport
import Testing

/// Two units with one exponent a stratum, against the reference and against an exponent a region.
@Suite struct SharedExponentTests {
  private static let tile = 32

  /// Leaf values `[image][leaf region][unit]` in nats: units at most `spread` apart.
  private func leaves(_ circuit: Circuit, images: Int, spread: Double) -> [[[Double]]] {
    (0..<images).map { image in
      circuit.leafRegions.indices.map { leaf in
        (0..<2).map { unit in
          let key = NoiseKey(seed: 3, purpose: .sampling, image: image, leaf: leaf, sample: unit)
          return -20 - spread * key.uniform
        }
      }
    }
  }

  private struct Pass {
    var roots: [Double]
    var lowest: [Float]
    var flows: [[Double]]
    var statistics: [Float]
  }

  private func pass(_ circuit: Circuit, _ parameters: Parameters, _ leaves: [[[Double]]]) -> Pass {
    let tile = Self.tile
    let schedule = circuit.schedule
    let memory = TileMemory(schedule: schedule, tile: tile, withGradients: true)
    let outside = AlignedBuffer<Float>(count: tile)
    for (index, region) in circuit.leafRegions.enumerated() {
      let rows = memory.values(of: region)
      for (image, own) in leaves.enumerated() {
        for unit in 0..<2 { rows[unit * tile + image] = Float(own[index][unit]) }
      }
      enterLinearDomain(
        rows: rows, units: 2, tile: tile, images: tile, leaves: circuit.leafRegions.count,
        outside: outside.pointer)
    }
    let shared = SharedExponent(entries: circuit.leafRegions, sums: 0..<schedule.sumCount)
    let weights = circuit.derived(from: parameters).values
    let lowest = AlignedBuffer(Array(repeating: Float.infinity, count: tile))
    let roots = AlignedBuffer<Double>(count: tile)
    let rootWeights = AlignedBuffer<Float>([0.5, 0.5])
    let statistics = AlignedBuffer<Float>(count: schedule.weightCount)
    sharedExponentForward(
      schedule, shared, weights: weights.pointer, memory: memory, images: tile,
      lowest: lowest.pointer)
    rootLogLikelihoods(
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: leaves.count,
      into: roots.pointer)
    seedRootGradient(
      schedule, rootWeights: rootWeights.pointer, memory: memory, images: leaves.count)
    sharedExponentBackward(
      schedule, shared, weights: weights.pointer, memory: memory, images: tile,
      statistics: statistics.pointer)
    let flows = leaves.indices.map { image in
      circuit.leafRegions.flatMap { region in
        (0..<2).map {
          Double(memory.gradients(of: region)[$0 * tile + image])
            * Double(memory.values(of: region)[$0 * tile + image])
        }
      }
    }
    return Pass(
      roots: Array(roots.array.prefix(leaves.count)), lowest: lowest.array, flows: flows,
      statistics: statistics.array)
  }

  @Test(arguments: [0.1, 3.0, 12.0], [Float(1), 40])
  func valuesFlowsAndStatisticsAreTheReferences(spread: Double, scale: Float) throws {
    let circuit = try TinyCircuit(rows: 3, columns: 3, units: 2).circuit()
    let parameters = circuit.initialParameters(seed: 2)
    for index in 0..<circuit.layout.sumWeightCount { parameters.values.pointer[index] *= scale }
    let leaves = leaves(circuit, images: 19, spread: spread)
    let found = pass(circuit, parameters, leaves)
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    let weights = circuit.derived(from: parameters).values.array
    var counts = Array(repeating: 0.0, count: found.statistics.count)
    for (image, own) in leaves.enumerated() {
      try #require(found.lowest[image] >= lowestSharedValue, "this case is within range")
      let values = reference.values(own)
      let root = reference.rootLogLikelihood(values)
      #expect(abs(found.roots[image] - root) < Tolerance.kernel * abs(root))
      let flows = reference.flows(values)
      for (place, region) in circuit.leafRegions.enumerated() {
        for unit in 0..<2 {
          #expect(
            abs(found.flows[image][2 * place + unit] - flows[region][unit])
              < 2 * Tolerance.kernel)
        }
      }
      for sum in circuit.sumRegions {
        let edges = reference.edgeCounts(of: sum, values: values, flows: flows)
        for (edge, count) in edges.enumerated() { counts[sum.weightOffset + edge] += count }
      }
    }
    for (weight, expected) in counts.enumerated() {
      let own = Double(found.statistics[weight]) * Double(weights[weight])
      #expect(abs(own - expected) < 2 * Tolerance.kernel * Double(leaves.count), "\(weight)")
    }
  }

  @Test func whatLeavesTheRangeIsToldAndComputedOtherwise() throws {
    let tiny = TinyCircuit(rows: 4, columns: 4, units: 2)
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 4)
    for index in 0..<circuit.layout.sumWeightCount { parameters.values.pointer[index] *= 300 }
    // Units that contradict each other in half of the pixels: what one sum likes the other forbids.
    for index in circuit.layout.sumWeightCount..<circuit.layout.parameterCount {
      parameters.values.pointer[index] *= 60
    }
    let images = noisyImages(count: 64, pixels: 16)
    let derived = circuit.derived(from: parameters)
    let all = try circuit.logLikelihoods(
      RowSource(images), derived: derived, workers: ForkJoin(workers: 1))
    let reference = LogDomainReference(circuit: circuit, parameters: parameters.doubles)
    for (image, value) in zip(images, all.values) {
      let expected = reference.logLikelihood(image)
      #expect(abs(value - expected) < Tolerance.kernel * abs(expected))
    }
    let outside = leavesOfImages(circuit, parameters, images).filter { $0 < lowestSharedValue }
    #expect(!outside.isEmpty && outside.count < images.count, "both kinds are among the images")
    // A number does not depend on the images beside it.
    for (image, value) in zip(images, all.values).prefix(20) {
      let alone = try circuit.logLikelihoods(
        RowSource([image]), derived: derived, workers: ForkJoin(workers: 1))
      #expect(alone.values == [value])
    }
  }

  /// `lowest` of each image.
  private func leavesOfImages(
    _ circuit: Circuit, _ parameters: Parameters, _ images: [[UInt8]]
  ) -> [Float] {
    images.map { image in
      let values = circuit.leafRegions.indices.map { leaf in
        (0..<2).map { unit in
          let logit = Double(
            parameters.values.pointer[circuit.layout.leafParameters[leaf] + unit])
          let pixel = Int(circuit.leafPixels[leaf][0])
          return -softplus(image[pixel] == 0 ? logit : -logit)
        }
      }
      return pass(circuit, parameters, [values]).lowest[0]
    }
  }
}
