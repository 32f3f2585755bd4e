import Datasets
import Testing

@Suite struct BatchOrderTests {
  let chunks = [7, 7, 7, 7, 7, 7, 7, 7, 7, 3]

  func order(seed: UInt64 = 1, epoch: Int = 0, window: Int = 14) -> [Int32] {
    BatchOrder(chunkSizes: chunks, seed: seed, epoch: epoch, window: window).positions
  }

  @Test(arguments: [1, 2, 14, 65, 66, 67, 10_000])
  func isAPermutation(window: Int) {
    #expect(order(window: window).sorted() == (0..<66).map { Int32($0) })
  }

  @Test func dependsOnSeedAndEpochAlone() {
    #expect(order() == order())
    #expect(order() != order(seed: 2))
    #expect(order() != order(epoch: 1))
    #expect(order(epoch: 1) != order(seed: 2))
  }

  @Test func aWindowTouchesFewChunks() {
    let positions = order(window: 14)
    for first in stride(from: 0, to: 66, by: 14) {
      let touched = Set(positions[first..<min(66, first + 14)].map { $0 / 7 })
      // A window of two chunks' length overlaps at most three full chunks and the short one.
      #expect(touched.count <= 4)
    }
  }

  @Test func pinned() {
    // From a second implementation, in Python: a changed order would break every resume.
    let order = BatchOrder(chunkSizes: [3, 3, 2], seed: 7, epoch: 2, window: 4)
    #expect(order.positions == [1, 6, 0, 7, 4, 3, 2, 5])
  }

  @Test func emptyAndSingle() {
    #expect(BatchOrder(chunkSizes: [], seed: 1, epoch: 0).positions.isEmpty)
    #expect(BatchOrder(chunkSizes: [1], seed: 1, epoch: 0).positions == [0])
  }

  @Test func batchesCoverTheEpoch() {
    let order = BatchOrder(chunkSizes: chunks, seed: 1, epoch: 0)
    #expect(order.batchCount(size: 20) == 4)
    let joined = (0..<4).flatMap { order.batch($0, size: 20) }
    #expect(joined == order.positions)
    #expect(order.batch(0, size: 1000).count == 66, "a batch larger than the set")
  }
}
