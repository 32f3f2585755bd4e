import Numerics
import Testing

@Suite struct TileNoiseTests {
  @Test func theNormalsOfAnImageDoNotDependOnItsTile() {
    let numbers = AlignedBuffer((0..<32).map { Int32($0 * 977 + 5) })
    let noise = TileNoise(seed: 9, purpose: .training, epoch: 4, images: numbers.pointer)
    for start in [0, 16] {
      let lanes = noise.normals(lane: start, leaf: 12, sample: 3)
      for lane in 0..<16 {
        let plain = noise.normals(
          image: Int(numbers.pointer[start + lane]), leaf: 12, sample: 3)
        for (fast, slow) in zip([lanes.0, lanes.1, lanes.2, lanes.3], plain) {
          #expect(abs(Double(fast[lane]) - slow) < 2e-5)
        }
      }
    }
  }

  @Test func momentsAndIndependence() {
    let count = 2_000
    let numbers = AlignedBuffer((0..<16).map { Int32($0) })
    var sums = [Double](repeating: 0, count: 4)
    var squares = sums
    var product = 0.0
    let noise = TileNoise(seed: 1, purpose: .training, epoch: 0, images: numbers.pointer)
    for sample in 0..<count {
      let lanes = noise.normals(lane: 0, leaf: 0, sample: sample)
      for (index, row) in [lanes.0, lanes.1, lanes.2, lanes.3].enumerated() {
        for lane in 0..<16 {
          sums[index] += Double(row[lane])
          squares[index] += Double(row[lane] * row[lane])
        }
      }
      for lane in 0..<16 { product += Double(lanes.0[lane] * lanes.1[lane]) }
    }
    let n = Double(16 * count)
    for index in 0..<4 {
      #expect(abs(sums[index] / n) < 5 / n.squareRoot())
      #expect(abs(squares[index] / n - 1) < 5 * (2 / n).squareRoot())
    }
    #expect(abs(product / n) < 5 / n.squareRoot())
  }
}
