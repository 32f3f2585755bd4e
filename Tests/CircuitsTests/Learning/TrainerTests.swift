import Circuits
import Numerics
import TestSupport
import Testing

@Suite struct TrainerTests {
  private let tiny = TinyCircuit(rows: 3, columns: 3, units: 2)

  private func trainer(
    _ circuit: Circuit, workers: Int = 1, batch: Int = 20, learner: Adam = Adam()
  ) -> Trainer {
    Trainer(
      circuit: circuit, parameters: circuit.initialParameters(seed: 1),
      settings: TrainingSettings(learner: learner, batch: batch),
      workers: ForkJoin(workers: workers))
  }

  private func rows(_ count: Int) -> Rows {
    Rows(rows: RowSource(noisyImages(count: count, pixels: 9)))
  }

  @Test(arguments: [1, 20, 130, 700])
  func anyNumberOfWorkersGivesTheSameBits(batch: Int) throws {
    let circuit = try tiny.circuit()
    let results = try [1, 2, 3, 8].map { workers in
      let trainer = trainer(circuit, workers: workers, batch: batch)
      let means = try (1...3).map { try trainer.runEpoch($0, on: rows(1_501)) }
      return (trainer.parameters.values.array, trainer.state.arrays.map(\.values.array), means)
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
      #expect(result.2 == results[0].2)
    }
  }

  @Test func learningRaisesTheLikelihood() throws {
    let circuit = try tiny.circuit()
    // Two prototypes and some noise: a product of independent pixels cannot fit them.
    let images = noisyImages(count: 400, pixels: 9, seed: 3).enumerated().map { index, noise in
      (0..<9).map { UInt8(index % 2) ^ (noise[$0] & noise[($0 + 1) % 9] & noise[($0 + 2) % 9]) }
    }
    let source = Rows(rows: RowSource(images))
    let trainer = trainer(circuit)
    let means = try (1...20).map { try trainer.runEpoch($0, on: source) }
    let frequencies = (0..<9).map { pixel in
      images.reduce(0.0) { $0 + Double($1[pixel]) } / Double(images.count)
    }
    let independent = frequencies.reduce(0.0) {
      $0 + $1 * naturalLogarithm($1) + (1 - $1) * naturalLogarithm(1 - $1)
    }
    #expect(means[19] > means[0] + 1)
    #expect(means[19] > independent + 1, "the mixture must beat independent pixels")
  }

  @Test func theFirstStepIsAdamsOnTheReferenceGradient() throws {
    let circuit = try tiny.circuit()
    let source = rows(20)
    let before = circuit.initialParameters(seed: 1).doubles
    let trainer = trainer(circuit, batch: 20, learner: Adam(rate: 0.01, epsilon: 1e-3))
    try trainer.runEpoch(1, on: source)
    var reference = LogDomainReference(circuit: circuit, parameters: before)
    for index in stride(from: 0, to: before.count, by: 7) {
      func objective(_ value: Double) -> Double {
        reference.parameters[index] = value
        return source.rows.rows.reduce(0.0) { $0 + reference.logLikelihood($1) } / 20
      }
      let g = (objective(before[index] + 1e-5) - objective(before[index] - 1e-5)) / 2e-5
      reference.parameters[index] = before[index]
      let expected = before[index] + 0.01 * g / (abs(g) + 1e-3)
      #expect(abs(trainer.parameters.doubles[index] - expected) < 2e-5, "parameter \(index)")
    }
  }

  @Test func continuingIsTheSameAsNotStopping() throws {
    let circuit = try tiny.circuit()
    let whole = trainer(circuit)
    for epoch in 1...4 { try whole.runEpoch(epoch, on: rows(50)) }

    let first = trainer(circuit)
    for epoch in 1...2 { try first.runEpoch(epoch, on: rows(50)) }
    let state = LearnerState(
      step: first.state.step, arrays: first.state.arrays.map { ($0.name, $0.values.array) })
    let second = Trainer(
      circuit: circuit, parameters: Parameters(first.parameters.values.array),
      settings: TrainingSettings(learner: Adam(), batch: 20), state: state,
      workers: ForkJoin(workers: 1))
    for epoch in 3...4 { try second.runEpoch(epoch, on: rows(50)) }
    #expect(second.parameters.values.array == whole.parameters.values.array)
    #expect(second.state.step == whole.state.step)
  }

  @Test func aNumberThatIsNotFiniteStopsAtItsStep() throws {
    let circuit = try tiny.circuit()
    let parameters = circuit.initialParameters(seed: 1)
    // Every unit of pixel 0 says "surely 0": an image with that pixel set is impossible.
    for unit in 0..<2 {
      parameters.values.pointer[circuit.layout.sumWeightCount + unit] = -.infinity
    }
    let trainer = Trainer(
      circuit: circuit, parameters: parameters,
      settings: TrainingSettings(learner: Adam(), batch: 1),
      workers: ForkJoin(workers: 1))
    let images = [binaryImage(0, pixels: 9), binaryImage(1, pixels: 9)]
    let error = #expect(throws: Divergence.self) {
      try trainer.runEpoch(1, on: Rows(rows: RowSource(images)))
    }
    #expect(error?.epoch == 1)
    #expect(error.map { $0.step >= 1 } == true)
  }

  @Test(arguments: [1, 5, 64])
  func setsSmallerThanTheBatch(count: Int) throws {
    let trainer = trainer(try tiny.circuit(), batch: 128)
    let mean = try trainer.runEpoch(1, on: rows(count))
    #expect(mean.isFinite && mean < 0)
    #expect(trainer.state.step == 1)
  }

  /// The last batch is kept, and its gradient is the mean over its own images.
  @Test func aShortBatchIsAStepOfItsOwn() throws {
    let circuit = try tiny.circuit()
    let five = rows(5)
    let whole = trainer(circuit, batch: 4, learner: Adam(rate: 0.01, beta1: 0, epsilon: 1e-3))
    try whole.runEpoch(1, on: five)
    #expect(whole.state.step == 2)

    let last = Int(five.order(epoch: 1)[4])
    let parts = trainer(circuit, batch: 4, learner: Adam(rate: 0.01, beta1: 0, epsilon: 1e-3))
    let firstFour = five.order(epoch: 1).prefix(4).map { five.rows.rows[Int($0)] }
    try parts.runEpoch(0, on: InOrder(rows: RowSource(firstFour)))
    let before = parts.parameters.doubles
    let alone = Trainer(
      circuit: circuit, parameters: parts.parameters,
      settings: TrainingSettings(
        learner: Adam(rate: 0.01, beta1: 0, epsilon: 1e-3), batch: 1),
      state: parts.state, workers: ForkJoin(workers: 1))
    try alone.runEpoch(0, on: InOrder(rows: RowSource([five.rows.rows[last]])))
    #expect(alone.parameters.values.array == whole.parameters.values.array)
    #expect(alone.parameters.doubles != before)
  }

  @Test func aBatchLargerThanTheSetIsTheSet() throws {
    let circuit = try tiny.circuit()
    let results = try [7, 1_000].map { batch in
      let trainer = trainer(circuit, batch: batch)
      try trainer.runEpoch(1, on: rows(7))
      return trainer.parameters.values.array
    }
    #expect(results[0] == results[1])
  }

  struct InOrder: TrainingSource {
    let rows: RowSource
    var sampleCount: Int { rows.sampleCount }
    var valueCount: Int { rows.valueCount }
    func order(epoch: Int) -> [Int32] { (0..<Int32(sampleCount)).map { $0 } }
    func copy(
      _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
    ) { rows.copy(samples, epoch: epoch, into: out) }
  }
}
