import Configuration

/// Which images become the test part of a source that has none of its own.
package enum TestChoice: Hashable, Sendable {
  /// No test part.
  case none
  /// So many of the last, in order.
  case last(Int)
  /// This part of all, rounded, at least one where it is above 0: chosen by seed alone.
  case fraction(Double, seed: UInt64)

  /// Ascending numbers of the test images, of all where so many were asked for. Throws `DatasetFault` (78) for more
  /// than there are, and where a fraction leaves no training image.
  package func images(of count: Int) throws -> [Int] {
    switch self {
    case .none: return []
    case .last(let test):
      guard test <= count else { throw DatasetFault.testTooLarge(test: test, images: count) }
      return Array(count - test..<count)
    case .fraction(let fraction, let seed):
      let wanted = fraction > 0 ? max(1, Int(bounded: (fraction * Double(count)).rounded())) : 0
      guard wanted < count || fraction == 1 else {
        throw DatasetFault.testTooLarge(test: wanted, images: count)
      }
      return keyedPermutation(count: count, seed: seed, .test).prefix(wanted).map(Int.init)
        .sorted()
    }
  }
}
