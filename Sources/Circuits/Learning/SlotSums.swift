import Numerics

/// Arrays of statistics, each the sum over some of a batch's images. They are added first to last, so that the bits
/// do not depend on which worker filled them.
///
/// `@unchecked Sendable`: pieces of a step work on ranges that do not overlap.
package struct StatisticSlots: @unchecked Sendable {
  /// That of all statistics, which takes the sums.
  let first: UnsafeMutablePointer<Float>
  /// Further ones, `stride` elements each.
  let others: UnsafeMutablePointer<Float>
  let stride: Int
  /// Slots in use.
  let count: Int

  /// - Parameter others: by default behind the first.
  package init(
    first: UnsafeMutablePointer<Float>, others: UnsafeMutablePointer<Float>? = nil,
    stride: Int = 0, count: Int = 1
  ) {
    self.first = first
    self.others = others ?? first + stride
    self.stride = stride
    self.count = count
  }

  subscript(slot: Int) -> UnsafeMutablePointer<Float> {
    slot == 0 ? first : others + (slot - 1) * stride
  }

  /// Adds a range of the others to the first.
  package func add(_ range: Range<Int>) {
    let sums = first + range.lowerBound
    for slot in 1..<max(count, 1) {
      let values = others + ((slot &- 1) &* stride &+ range.lowerBound)
      for index in 0..<range.count { sums[index] += values[index] }
    }
  }
}
