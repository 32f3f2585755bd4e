import Circuits
import Numerics

/// Single kernels on one core, each beside what the core can do at most.
enum KernelWork {
  static func all(peaks: Peaks) throws -> [Work] {
    try [2, 4, 8, 16].flatMap { try sums(units: $0, peaks: peaks) } + elementary() + passes(peaks)
      + dense(peaks)
  }

  private static let tile = 64

  /// Sum products of the 7x7 lattice for one tile, all values at one: time does not depend on them.
  private static func sums(units: Int, peaks: Peaks) throws -> [Work] {
    let circuit = try CircuitWork.wide(units)
    let schedule = circuit.schedule
    let memory = TileMemory(schedule: schedule, tile: tile, withGradients: true)
    for region in circuit.leafRegions {
      for place in 0..<units * tile { memory.values(of: region)[place] = 1 }
    }
    let weights = circuit.derived(from: circuit.initialParameters(seed: 1)).values
    let statistics = AlignedBuffer<Float>(count: schedule.weightCount)
    let lowest = AlignedBuffer<Float>(count: tile)
    let shared =
      units == 2
      ? SharedExponent(entries: circuit.leafRegions, sums: 0..<schedule.sumCount) : nil
    let sums = 0..<schedule.sumCount
    let operations = Double(2 * circuit.counts.sumWeights * tile) * 1e-9
    func row(_ name: String, _ amount: Double, _ body: @escaping () -> Void) -> Work {
      Work(
        name: "kernel/\(name)/k\(units)", workers: 1, batch: tile, amount: 20 * amount,
        unit: "GFLOP/s", bound: peaks.gigaflops
      ) { for _ in 0..<20 { body() } }
    }
    return [
      row("sums-forward", operations) {
        if let shared {
          sharedExponentForward(
            schedule, shared, weights: weights.pointer, memory: memory, images: tile,
            lowest: lowest.pointer)
        } else {
          sumProductForward(
            schedule, sums: sums, weights: weights.pointer, memory: memory, images: tile)
        }
      },
      row("sums-backward", 2 * operations) {
        clear(memory.gradients.pointer, count: schedule.slotCount * units * tile)
        if let shared {
          sharedExponentBackward(
            schedule, shared, weights: weights.pointer, memory: memory, images: tile,
            statistics: statistics.pointer)
        } else {
          sumProductBackward(
            schedule, sums: sums, weights: weights.pointer, memory: memory, images: tile,
            statistics: statistics.pointer)
        }
      },
    ]
  }

  /// Nanoseconds an element, from the first cache.
  private static func elementary() -> [Work] {
    let count = 4_096
    let values = AlignedBuffer<Float>((0..<count).map { Float($0) * 1e-3 + 0.1 })
    func row<F: LaneFunction>(_ name: String, _: F.Type) -> Work {
      Work(name: "kernel/\(name)", workers: 1, batch: 0, amount: Double(64 * count), unit: "ns") {
        keep(sum(of: F.self, values, count: count, rounds: 64))
      }
    }
    let images = AlignedBuffer<Int32>((0..<Int32(tile)).map { $0 })
    let noise = TileNoise(seed: 1, purpose: .training, epoch: 1, images: images.pointer)
    return [
      row("exponential", Exponential.self), row("logarithm", Logarithm.self),
      row("tanh", Tanh.self),
      Work(
        name: "kernel/normal", workers: 1, batch: 0, amount: Double(4_000 * 4 * laneCount),
        unit: "ns"
      ) {
        var total = Lanes.zero
        for sample in 0..<4_000 {
          let four = noise.normals(lane: 0, leaf: 1, sample: sample)
          total += four.0 + four.1 + four.2 + four.3
        }
        keep(total.sum())
      },
    ]
  }

  private static func sum<F: LaneFunction>(
    of _: F.Type, _ values: AlignedBuffer<Float>, count: Int, rounds: Int
  ) -> Float {
    let out = AlignedBuffer<Float>(count: count)
    for _ in 0..<rounds {
      for place in stride(from: 0, to: count, by: laneCount) {
        let x = UnsafeRawPointer(values.pointer + place).load(as: Lanes.self)
        UnsafeMutableRawPointer(out.pointer + place).storeBytes(of: F.value(x), as: Lanes.self)
      }
    }
    return out.pointer[count - 1]
  }

  /// Passes over all parameters: bytes read and written, of four million floats, from beyond the caches.
  private static func passes(_ peaks: Peaks) -> [Work] {
    let count = 1 << 22
    let arrays = (0..<4).map { _ in AlignedBuffer<Float>(count: count) }
    let counts = AlignedBuffer<Int32>(Array(repeating: 48, count: count / 48))
    let step = AdamStep(
      rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, beta1Power: 0.9, beta2Power: 0.999)
    func row(_ name: String, bytes: Int, _ body: @escaping () -> Void) -> Work {
      Work(
        name: "kernel/\(name)", workers: 1, batch: 0, amount: Double(bytes * count) * 1e-9,
        unit: "GB/s", bound: peaks.memory, body: body)
    }
    return [
      row("adam", bytes: 28) {
        adamAscend(
          step, parameters: arrays[0].pointer, gradient: arrays[1].pointer,
          firstMoment: arrays[2].pointer, secondMoment: arrays[3].pointer, count: count)
      },
      row("softmax", bytes: 8) {
        softmaxOfUnits(
          arrays[0].pointer,
          counts: UnsafeBufferPointer(start: counts.pointer, count: counts.count),
          into: arrays[1].pointer)
      },
    ]
  }

  /// The hidden layer of a VAE leaf, 16 pixels to 16 units, and its gradients.
  private static func dense(_ peaks: Peaks) -> [Work] {
    let size = 16
    let weights = AlignedBuffer<Float>(count: size * size)
    let bias = AlignedBuffer<Float>(count: size)
    let inputs = AlignedBuffer<Float>(count: size * tile)
    let outputs = AlignedBuffer<Float>(count: size * tile)
    let layout = RowLayout(tile: tile, images: tile)
    func row(_ name: String, _ body: @escaping () -> Void) -> Work {
      Work(
        name: "kernel/\(name)", workers: 1, batch: tile,
        amount: Double(200 * 2 * size * size * tile) * 1e-9, unit: "GFLOP/s",
        bound: peaks.gigaflops
      ) { for _ in 0..<200 { body() } }
    }
    return [
      row("dense-forward") {
        DenseLayer(
          weights: UnsafePointer(weights.pointer), bias: UnsafePointer(bias.pointer), inputs: size,
          outputs: size
        ).forward(inputs.pointer, layout, into: outputs.pointer)
      },
      row("dense-backward") {
        DenseLayer(
          weights: UnsafePointer(weights.pointer), bias: UnsafePointer(bias.pointer), inputs: size,
          outputs: size
        ).backward(outputs.pointer, layout, into: inputs.pointer)
      },
      row("dense-statistics") {
        DenseGradient(weights: weights.pointer, bias: bias.pointer, inputs: size, outputs: size)
          .accumulate(outputs.pointer, inputs: inputs.pointer, layout)
      },
    ]
  }
}

/// A function of lanes that the compiler can inline where a closure would be called.
private protocol LaneFunction { static func value(_ x: Lanes) -> Lanes }
private enum Exponential: LaneFunction { static func value(_ x: Lanes) -> Lanes { exponential(x) } }
private enum Logarithm: LaneFunction { static func value(_ x: Lanes) -> Lanes { logarithm(x) } }
private enum Tanh: LaneFunction {
  static func value(_ x: Lanes) -> Lanes { hyperbolicTangent(x) }
}
