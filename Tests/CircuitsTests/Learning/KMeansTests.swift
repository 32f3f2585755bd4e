import Circuits
import Numerics
import Testing

@Suite struct KMeansTests {
  /// Points `[point][pixel]` as the kernel takes them, and what it makes of them.
  private func cluster(
    _ points: [[Float]], clusters: Int, iterations: Int = 50, seed: Int = 1
  ) -> (nearest: [Int], centres: [[Float]], counts: [Int]) {
    let (pixels, stride) = (points[0].count, wholeLanes(points.count))
    let values = AlignedBuffer<Float>(count: pixels * stride)
    for (index, point) in points.enumerated() {
      for (pixel, value) in point.enumerated() { values.pointer[pixel * stride + index] = value }
    }
    let memory = KMeansMemory(clusters: clusters, pixels: pixels, stride: stride)
    kMeans(
      PointSet(values.pointer, pixels: pixels, points: points.count, stride: stride),
      clusters: clusters, iterations: iterations, key: NoiseKey(seed: seed, purpose: .clustering),
      memory: memory)
    let centres = memory.centres.array
    return (
      memory.nearest.array.prefix(points.count).map(Int.init),
      (0..<clusters).map { Array(centres[$0 * pixels..<($0 + 1) * pixels]) },
      memory.counts.array.map(Int.init)
    )
  }

  private func noise(_ count: Int, pixels: Int) -> [[Float]] {
    (0..<count).map { point in
      (0..<pixels).map { pixel in
        Float(NoiseKey(seed: 9, purpose: .sampling, image: point, sample: pixel).uniform)
      }
    }
  }

  private func distance(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
  }

  /// Groups far apart are found whole, whatever the draws.
  @Test(arguments: 1...5)
  func groupsAreFound(seed: Int) {
    let points = noise(90, pixels: 3).enumerated().map { index, point in
      point.map { $0 + Float(index % 3) * 100 }
    }
    let found = cluster(points, clusters: 3, seed: seed)
    #expect(found.counts == [30, 30, 30])
    for (index, own) in found.nearest.enumerated() { #expect(own == found.nearest[index % 3]) }
  }

  /// A fixed point of Lloyd's: every point is with its nearest centre, every centre a mean.
  @Test(arguments: [1, 2, 7], [1, 15, 16, 203])
  func whereItEndsNothingMoves(clusters: Int, count: Int) {
    let points = noise(count, pixels: 5)
    let found = cluster(points, clusters: clusters)
    #expect(found.counts.reduce(0, +) == count)
    for (point, own) in zip(points, found.nearest) {
      let distances = found.centres.map { distance(point, $0) }
      #expect(distances[own] <= (distances.min() ?? 0) + 1e-6)
    }
    for own in 0..<clusters where found.counts[own] > 0 {
      let members = zip(points, found.nearest).filter { $0.1 == own }.map(\.0)
      for pixel in 0..<5 {
        let mean = members.reduce(0.0) { $0 + Double($1[pixel]) } / Double(members.count)
        #expect(abs(mean - Double(found.centres[own][pixel])) < 1e-5)
      }
    }
  }

  @Test func iterationsLowerTheDistances() {
    let points = noise(500, pixels: 4)
    func total(_ iterations: Int) -> Double {
      let found = cluster(points, clusters: 8, iterations: iterations)
      return zip(points, found.nearest).reduce(0.0) { $0 + distance($1.0, found.centres[$1.1]) }
    }
    let totals = [0, 1, 3, 10].map(total)
    for (before, after) in zip(totals, totals.dropFirst()) { #expect(after <= before + 1e-6) }
    #expect(totals[3] < totals[0] * 0.95)
  }

  /// Ties go to the lowest cluster, and the others stay empty.
  @Test func fewerDifferentPointsThanClusters() {
    let found = cluster(Array(repeating: [1, 2], count: 20), clusters: 3)
    #expect(found.counts == [20, 0, 0])
    let two = cluster((0..<20).map { [Float($0 % 2)] }, clusters: 4)
    #expect(two.counts.sorted() == [0, 0, 10, 10])
  }

  /// What another set left in the memory is forgotten.
  @Test func memoryIsUsedAgain() {
    let values = AlignedBuffer((0..<64).map { Float(($0 * 13) % 32) })
    func run(_ memory: KMeansMemory) -> ([Int32], [Float]) {
      kMeans(
        PointSet(values.pointer, pixels: 2, points: 32, stride: 32), clusters: 3, iterations: 9,
        key: NoiseKey(seed: 1, purpose: .clustering), memory: memory)
      return (memory.nearest.array, memory.centres.array)
    }
    let memory = KMeansMemory(clusters: 3, pixels: 2, stride: 32)
    let (first, again) = (run(memory), run(memory))
    #expect(first.0 == again.0 && first.1 == again.1)
  }

  @Test func aPureFunctionOfItsKey() {
    let points = noise(300, pixels: 4)
    let first = cluster(points, clusters: 6, iterations: 1)
    let again = cluster(points, clusters: 6, iterations: 1)
    #expect(first.nearest == again.nearest && first.centres == again.centres)
    #expect(cluster(points, clusters: 6, iterations: 1, seed: 2).nearest != first.nearest)
  }
}
