import Circuits
import Numerics
import TestSupport
import Testing

/// Kernels whose memory lies between others' within a leaf, and those of sums: each by itself between
/// words that nobody may write.
@Suite struct KernelScratchTests {
  @Test(arguments: 0..<60)
  func networksKeepToTheirRows(seed: Int) {
    var random = RandomSizes(seed: seed)
    let numbers = random.one(of: [1, 1, 2])
    let shape = AutoencoderShape(
      pixels: random.size(1...20), hidden: random.size(1...20), latent: random.size(1...40),
      activation: random.one(of: Activation.allCases), numbers: numbers)
    let tile = 16 * random.size(1...4)
    let samples = random.size(1...4)
    let estimator: AutoencoderEstimator =
      random.size(0...2) == 0 ? .analytic : .importance(samples: samples)
    let network = Network(shape, tile: tile, images: 16 * random.size(1...tile / 16))
    for keepsSamples in [false, true] {
      #expect(
        network.forwardAndBackward(estimator, keepsSamples: keepsSamples),
        "\(shape), \(estimator), keepsSamples \(keepsSamples), tile \(tile)")
    }
    guard numbers == 1 else { return }
    #expect(network.reconstruction(), "\(shape)")
    #expect(network.decoding(), "\(shape)")
  }

  @Test(arguments: 0..<60)
  func mixturesKeepToTheirRows(seed: Int) {
    var random = RandomSizes(seed: seed)
    let nodes = PriorNodes(.qmc, count: random.size(1...70), latent: random.size(1...40))
    let shape = MixtureShape(
      pixels: random.size(1...20), hidden: random.size(1...20), latent: nodes.latent,
      nodes: nodes.count, activation: random.one(of: Activation.allCases),
      learnsWeights: random.size(0...1) == 0)
    let tile = 16 * random.size(1...4)
    let images = 16 * random.size(1...tile / 16)
    for isMasked in [false, true] {
      #expect(
        keepsToItsRows(shape, nodes, isMasked: isMasked, tile: tile, images: images),
        "\(shape), isMasked \(isMasked), \(images) of \(tile) images")
    }
  }

  private func keepsToItsRows(
    _ shape: MixtureShape, _ nodes: PriorNodes, isMasked: Bool, tile: Int, images: Int
  ) -> Bool {
    let parameters = someFloats(shape.parameterCount)
    let derived = GuardedMemory<Float>(count: shape.derivedCount)
    mixtureDerive(
      shape, nodes, parameters: parameters.pointer, into: derived.pointer)
    let inputs = AlignedBuffer<Float>(count: 2 * shape.pixels * tile)
    for place in 0..<inputs.count { inputs.pointer[place] = Float(place * 7 % 3 / 2) }
    let scratch = GuardedMemory<Float>(
      count: shape.scratchCount(tile: tile, keepsTerms: true))
    let evaluation = GuardedMemory<Float>(
      count: shape.scratchCount(tile: tile, keepsTerms: false))
    let weights = GuardedMemory<Float>(count: mixtureWeightRows(shape) * tile)
    let statistics = GuardedMemory<Float>(count: shape.statisticCount, isZero: true)
    let row = GuardedMemory<Float>(count: tile)
    let table = MixtureTable(UnsafePointer(derived.pointer), shape)
    let seen = MixtureInputs(
      inputs.pointer, RowLayout(tile: tile, images: images), isMasked: isMasked)
    for (keepsTerms, own) in [(false, evaluation), (true, scratch)] {
      mixtureForward(
        table, seen, keepsTerms: keepsTerms, scratch: own.pointer, into: row.pointer)
    }
    mixtureAccumulate(
      table, seen, flow: inputs.pointer, scratch: scratch.pointer, weights: weights.pointer,
      into: statistics.pointer)
    let all = [derived, scratch, evaluation, weights, statistics, row]
    return all.allSatisfy(\.isIntact) && statistics.isFinite
      && areFinite(row.pointer, rows: 1, images: images, stride: tile)
  }

  // MARK: Sums

  @Test(arguments: [1, 2, 3, 4, 5, 8, 12, 16], [nil, 1, 7, 20])
  func sumsKeepToTheirSlots(units: Int, classes: Int?) {
    for tile in [16, 48] {
      let sums = Sums(units: units, rootUnits: classes ?? units, tile: tile)
      #expect(sums.upAndDown(), "tile \(tile)")
      #expect(sums.largestProducts(), "tile \(tile)")
    }
  }

  @Test(arguments: [16, 32, 64])
  func sharedExponentsKeepToTheirSlots(tile: Int) {
    #expect(Sums(units: 2, rootUnits: 2, tile: tile).upAndDownWithOneExponent())
  }
}

/// Between -1 and 1, from short to long.
private func someFloats(_ count: Int) -> AlignedBuffer<Float> {
  AlignedBuffer((0..<count).map { Float($0 * 37 % 41 - 20) / 20 })
}

/// One network with its own parameters and images.
private struct Network {
  let shape: AutoencoderShape
  let tile: Int
  let images: Int
  let parameters: AlignedBuffer<Float>
  let x: AlignedBuffer<Float>
  let levels: LevelsOfTile?
  private let pixels: AlignedBuffer<Int32>

  init(_ shape: AutoencoderShape, tile: Int, images: Int) {
    self.shape = shape
    self.tile = tile
    self.images = images
    parameters = someFloats(shape.parameterCount)
    x = AlignedBuffer((0..<shape.pixels * tile).map { Float($0 * 7 % 3 / 2) })
    pixels = AlignedBuffer((0..<Int32(shape.pixels)).map { $0 })
    levels =
      shape.numbers == 1
      ? nil
      : LevelsOfTile(
        GaussianEmission(),
        RegionValues(
          PixelTile(pixelCount: shape.pixels, tile: tile),
          pixels: UnsafeBufferPointer(start: pixels.pointer, count: shape.pixels),
          images: images))
  }

  private var network: AutoencoderNetwork {
    AutoencoderNetwork(shape, parameters: parameters.pointer)
  }

  private var inputs: NetworkInputs {
    NetworkInputs(x: x.pointer, RowLayout(tile: tile, images: images), levels: levels)
  }

  func forwardAndBackward(_ estimator: AutoencoderEstimator, keepsSamples: Bool) -> Bool {
    let numbers = AlignedBuffer((0..<Int32(tile)).map { $0 })
    let scratch = GuardedMemory<Float>(
      count: autoencoderScratch(
        shape, estimator: estimator, keepsSamples: keepsSamples, tile: tile))
    let row = GuardedMemory<Float>(count: tile)
    let gradient = GuardedMemory<Float>(count: shape.parameterCount, isZero: true)
    let noise = CodeNoise(
      TileNoise(seed: 1, purpose: .training, epoch: 1, images: numbers.pointer), leaf: 0, first: 3,
      blocks: 12)
    let pass = AutoencoderPass(network, estimator, inputs, scratch: scratch.pointer)
    pass.forward(noise, keepsSamples: keepsSamples, into: row.pointer)
    if keepsSamples { pass.backward(flow: x.pointer, into: gradient.pointer) }
    return [scratch, row, gradient].allSatisfy(\.isIntact) && gradient.isFinite
      && areFinite(row.pointer, rows: 1, images: images, stride: tile)
  }

  func reconstruction() -> Bool {
    let scratch = GuardedMemory<Float>(count: reconstructionScratch(shape, tile: tile))
    let means = GuardedMemory<Float>(count: shape.pixels * tile)
    autoencoderReconstruction(
      network, inputs, scratch: scratch.pointer, into: means.pointer)
    return scratch.isIntact && means.isIntact
      && areFinite(means.pointer, rows: shape.pixels, images: images, stride: tile)
  }

  func decoding() -> Bool {
    let hidden = GuardedMemory<Float>(count: shape.hidden)
    let logits = GuardedMemory<Float>(count: shape.pixels)
    let z = someFloats(shape.latent)
    autoencoderDecode(
      shape, parameters: parameters.pointer, z: z.pointer, hidden: hidden.pointer,
      into: logits.pointer)
    return hidden.isIntact && logits.isIntact && logits.isFinite
  }
}

/// Four leaf regions, two sums of two of them each, and a root over both with a cut of its own.
private struct Sums {
  let schedule: SumProductSchedule
  let memory: TileMemory
  let weights: AlignedBuffer<Float>
  private let tile: Int

  private static let leaves = 4
  private static let padding: Float = 12_345

  init(units: Int, rootUnits: Int, tile: Int) {
    self.tile = tile
    let products = units * units
    let sums = [
      SumStep(
        slot: 4, partitions: 0..<2, weightOffset: 0, productCount: 2 * products, units: units),
      SumStep(
        slot: 5, partitions: 2..<3, weightOffset: 2 * products * units, productCount: products,
        units: units),
      SumStep(
        slot: 6, partitions: 3..<5, weightOffset: 3 * products * units,
        productCount: 2 * products, units: rootUnits),
    ]
    let children = [[0, 1], [1, 0], [2, 3], [4, 5], [5, 4]]
    schedule = SumProductSchedule(
      units: units, rootUnits: rootUnits, slotCount: 7, root: 6,
      steps: SumSteps(sums, children: FlatChildren(children)))
    memory = TileMemory(schedule: schedule, tile: tile, withGradients: true)
    weights = AlignedBuffer(
      [Float](repeating: 1 / Float(2 * products), count: schedule.weightCount))
    for buffer in [memory.values, memory.gradients, memory.scratch] {
      // Past the end there is room for loads alone.
      for place in 0..<16 { buffer.pointer[buffer.count + place] = Self.padding }
    }
    let outside = AlignedBuffer<Float>(count: tile)
    for leaf in 0..<Self.leaves {
      let rows = memory.values(of: leaf)
      for place in 0..<units * tile { rows[place] = -Float((place * 31 + leaf) % 29) }
      enterLinearDomain(
        rows: rows, units: units, tile: tile, images: tile, leaves: Self.leaves,
        outside: outside.pointer)
    }
  }

  private var isIntact: Bool {
    [memory.values, memory.gradients, memory.scratch].allSatisfy { buffer in
      (0..<16).allSatisfy { buffer.pointer[buffer.count + $0] == Self.padding }
    }
  }

  /// Values, the root's numbers, gradients and statistics.
  func upAndDown() -> Bool {
    sumProductForward(
      schedule, sums: 0..<3, weights: weights.pointer, memory: memory, images: tile)
    let isRight = seed()
    let statistics = GuardedMemory<Float>(count: schedule.weightCount, isZero: true)
    sumProductBackward(
      schedule, sums: 0..<3, weights: weights.pointer, memory: memory, images: tile,
      statistics: statistics.pointer)
    return isRight && statistics.isIntact && statistics.isFinite && isIntact
  }

  func upAndDownWithOneExponent() -> Bool {
    let shared = SharedExponent(entries: Array(0..<Self.leaves), sums: 0..<3)
    let lowest = GuardedMemory<Float>(count: tile)
    for image in 0..<tile { lowest.pointer[image] = .infinity }
    sharedExponentForward(
      schedule, shared, weights: weights.pointer, memory: memory, images: tile,
      lowest: lowest.pointer)
    let isRight = seed()
    let statistics = GuardedMemory<Float>(count: schedule.weightCount, isZero: true)
    sharedExponentBackward(
      schedule, shared, weights: weights.pointer, memory: memory, images: tile,
      statistics: statistics.pointer)
    return isRight && lowest.isIntact && lowest.isFinite && statistics.isIntact
      && statistics.isFinite && isIntact
  }

  /// What is read off the root, and the gradients it starts.
  private func seed() -> Bool {
    let roots = schedule.rootUnits
    let shares = AlignedBuffer([Float](repeating: 1 / Float(roots), count: roots))
    let values = GuardedMemory<Double>(count: tile)
    let posteriors = GuardedMemory<Double>(count: tile * roots)
    rootLogLikelihoods(
      schedule, rootWeights: shares.pointer, memory: memory, images: tile, into: values.pointer)
    rootPosteriors(
      schedule, rootWeights: shares.pointer, memory: memory, images: tile,
      into: posteriors.pointer)
    seedRootGradient(
      schedule, rootWeights: shares.pointer, memory: memory, images: tile - 3)
    let isFinite = (0..<tile).allSatisfy { values.pointer[$0].isFinite }
    return values.isIntact && posteriors.isIntact && isFinite
  }

  func largestProducts() -> Bool {
    let units = schedule.units
    let extra = max(schedule.rootUnits - units, 0)
    let rows = 7 * units + extra
    let values = GuardedMemory<Float>(count: rows * tile)
    for place in 0..<Self.leaves * units * tile { values.pointer[place] = -1 }
    let children = FlatChildren([[0, 1], [1, 0], [2, 3], [4, 5], [5, 4]])
    let products = GuardedMemory<Float>(count: 2 * units * units * laneCount)
    var first = weights.pointer
    for (sum, own) in [0..<2, 2..<3, 3..<5].enumerated() {
      let outputs = sum == 2 ? schedule.rootUnits : units
      maxProductForward(
        MaxProductRegion(
          region: 4 + sum, partitions: own, outputs: outputs, logWeights: first,
          productCount: own.count * units * units),
        children: children, layer: DenseProducts(),
        memory: MaxProductMemory(
          values: values.pointer, products: products.pointer, units: units, tile: tile),
        images: tile)
      first += own.count * units * units * outputs
    }
    return values.isIntact && products.isIntact
  }
}
