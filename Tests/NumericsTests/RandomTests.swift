import Numerics
import Testing

@Suite struct RandomTests {
  /// Known answers published with Random123 (kat_vectors, philox4x32 10).
  @Test func philoxKnownAnswers() {
    #expect(
      philox(counter: .zero, key: .zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      philox(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      philox(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func everyFieldOfAKeyMatters() {
    let base = NoiseKey(seed: 1, purpose: .sampling)
    let others = [
      NoiseKey(seed: 2, purpose: .sampling), NoiseKey(seed: 1 << 40, purpose: .sampling),
      NoiseKey(seed: 1, purpose: .binarisation), NoiseKey(seed: 1, purpose: .sampling, epoch: 1),
      NoiseKey(seed: 1, purpose: .sampling, image: 1),
      NoiseKey(seed: 1, purpose: .sampling, leaf: 1),
      NoiseKey(seed: 1, purpose: .sampling, sample: 1),
    ]
    #expect(Set((others + [base]).map(\.words)).count == others.count + 1)
    #expect(base.words == NoiseKey(seed: 1, purpose: .sampling).words)
  }

  @Test func normalsHaveTheirMoments() {
    let count = 20_000
    var (sum, squares, cubes) = (0.0, 0.0, 0.0)
    for image in 0..<count {
      let (a, b) = NoiseKey(seed: 3, purpose: .initialisation, image: image).normals
      for x in [a, b] {
        sum += x
        squares += x * x
        cubes += x * x * x
      }
    }
    let n = Double(2 * count)
    // Five standard errors each.
    #expect(abs(sum / n) < 5 / n.squareRoot())
    #expect(abs(squares / n - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(cubes / n) < 5 * (15 / n).squareRoot())
  }
}
