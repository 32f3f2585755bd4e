import Circuits
import Numerics
import Testing

@Suite struct LearningKernelTests {
  @Test func softmaxOfNeighbours() {
    // Sizes around and below a vector; one logit of -inf.
    let counts: [Int32] = [1, 4, 3, 16, 21, 8]
    let total = Int(counts.reduce(0, +))
    let logits = AlignedBuffer((0..<total).map { Float(($0 * 37) % 19) - 30 })
    logits.pointer[2] = -.infinity
    let weights = AlignedBuffer<Float>(count: total)
    counts.withUnsafeBufferPointer {
      softmaxOfUnits(logits.pointer, counts: $0, into: weights.pointer)
    }
    var offset = 0
    for count in counts {
      let own = (offset..<offset + Int(count)).map { Double(logits.pointer[$0]) }
      let sum = logSumExp(own)
      for (index, logit) in own.enumerated() {
        let found = Double(weights.pointer[offset + index])
        #expect(abs(found - naturalExponential(logit - sum)) < 3e-7)
      }
      offset += Int(count)
    }
    #expect(weights.pointer[2] == 0)
  }

  /// Equal small weights after large ones: each addition in single precision rounds down by the same amount.
  @Test(arguments: [1_024, 4_099, 65_536])
  func manyWeightsSumToOne(count: Int) {
    let small = Float(naturalLogarithm(1.45 * powerOfTwo(-23)))
    let logits = AlignedBuffer<Float>(count: count)
    for index in 4..<count { logits.pointer[index] = small }
    let weights = AlignedBuffer<Float>(count: count)
    [Int32(count)].withUnsafeBufferPointer {
      softmaxOfUnits(logits.pointer, counts: $0, into: weights.pointer)
    }
    let sum = weights.array.reduce(0.0) { $0 + Double($1) }
    #expect(abs(sum - 1) < 4e-6, "\(sum - 1)")
  }

  @Test func adamFollowsTheAlgorithm() {
    let count = 37
    let parameters = AlignedBuffer<Float>(count: count)
    let gradient = AlignedBuffer<Float>(count: count)
    let first = AlignedBuffer<Float>(count: count)
    let second = AlignedBuffer<Float>(count: count)
    var plain = [(x: Double, m: Double, v: Double)](repeating: (0, 0, 0), count: count)
    for step in 1...20 {
      for index in 0..<count {
        gradient.pointer[index] = Float(index % 7 - 3) * 0.3 / Float(step)
      }
      var (power1, power2) = (1.0, 1.0)
      for _ in 0..<step {
        power1 *= 0.9
        power2 *= 0.999
      }
      adamAscend(
        AdamStep(
          rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, beta1Power: power1,
          beta2Power: power2),
        parameters: parameters.pointer, gradient: gradient.pointer, firstMoment: first.pointer,
        secondMoment: second.pointer, count: count)
      for index in 0..<count {
        let g = Double(gradient.pointer[index])
        plain[index].m = 0.9 * plain[index].m + 0.1 * g
        plain[index].v = 0.999 * plain[index].v + 0.001 * g * g
        plain[index].x +=
          0.01 * plain[index].m / (1 - power1)
          / ((plain[index].v / (1 - power2)).squareRoot() + 1e-8)
      }
    }
    for index in 0..<count {
      #expect(abs(Double(parameters.pointer[index]) - plain[index].x) < 1e-5)
    }
  }

  /// Sizes around a vector; an outcome without counts gets the least there is.
  @Test(arguments: [1, 2, 15, 16, 17, 40], [Float(1), 0.25])
  func sharesMoveTowardsCounts(count: Int, size: Float) {
    let counts = (0..<count).map { Float(($0 * 5) % 7) + ($0 == 0 ? 1 : 0) }
    let oldTotal = Float(count * (count + 1) / 2)
    let old = AlignedBuffer(
      (0..<count).map { (index: Int) -> Float in Float(index + 1) / oldTotal })
    let logits = AlignedBuffer<Float>(count: count)
    let given = AlignedBuffer(counts)
    categoricalReestimate(
      probabilities: old.pointer, counts: given.pointer, count: count,
      step: MaximisationStep(size: size, pseudoCount: 0), into: logits.pointer)
    let total = counts.reduce(0, +)
    for index in 0..<count {
      let expected = Double((1 - size) * old.array[index] + size * counts[index] / total)
      if expected == 0 {
        #expect(logits.pointer[index] == smallestLogProbability)
      } else {
        #expect(abs(naturalExponential(Double(logits.pointer[index])) - expected) < 1e-6)
      }
    }
  }

  @Test func withoutCountsAndBelowNoiseLogitsStay() {
    let logits = AlignedBuffer<Float>([1, 2, 3])
    let old = AlignedBuffer<Float>([0.1, 0.2, 0.7])
    for tiny in [Float(0), 1e-36] {
      let counts = AlignedBuffer<Float>([tiny, 0, tiny])
      categoricalReestimate(
        probabilities: old.pointer, counts: counts.pointer, count: 3,
        step: MaximisationStep(pseudoCount: 1), into: logits.pointer)
    }
    #expect(logits.array == [1, 2, 3])
  }

  @Test func slotsAddUpInOrder() {
    let slots = AlignedBuffer((0..<96).map { Float($0) * 0.1 })
    let before = slots.array
    StatisticSlots(first: slots.pointer, stride: 32, count: 3).add(0..<30)
    for index in 0..<30 {
      let expected = (before[index] + before[index + 32]) + before[index + 64]
      #expect(slots.pointer[index] == expected)
    }
    #expect(Array(slots.array[30...]) == Array(before[30...]), "what is beyond the range")
  }

  @Test func everyPieceRunsOnce() {
    let counts = AlignedBuffer<Int32>(count: 1_000)
    ForkJoin(workers: 4).run(pieces: 1_000) { piece, worker in
      counts.pointer[piece] += 1
      precondition(worker < 4)
    }
    #expect(counts.array.allSatisfy { $0 == 1 })
    ForkJoin(workers: 2).run(pieces: 0) { _, _ in Issue.record("no piece, no call") }
  }
}
