/// Sums over the values of a leaf region, which may be a whole picture of a million of them.
///
/// A Float that adds up as many terms loses what the terms have in common: 90,000 equal ones come out 0.1 % off.

/// Values whose terms are added one by one: as many as a small image has.
@inlinable
package var longestPlainSum: Int { 1_024 }

/// Values of a block of a longer sum: as many as share a logarithm in scores of binary pixels.
@inlinable
package var blockOfLongSum: Int { 32 }

/// The sum of terms 0 ..< `count`; of many by blocks, with what rounding loses of each kept.
///
/// - Parameter terms: the sum of a range of the terms, in their order.
@inlinable
@inline(__always)
package func longSum(_ count: Int, _ terms: (Range<Int>) -> Lanes) -> Lanes {
  if count <= longestPlainSum { return terms(0..<count) }
  var sum = LongSum()
  forEachBlock(count) { sum.add(terms($0)) }
  return sum.total
}

/// The same of four columns.
@inlinable
@inline(__always)
package func longSumOfFours(_ count: Int, _ terms: (Range<Int>) -> SIMD4<Float>) -> SIMD4<Float> {
  if count <= longestPlainSum { return terms(0..<count) }
  var total = SIMD4<Double>.zero
  forEachBlock(count) { total += SIMD4<Double>(terms($0)) }
  return SIMD4<Float>(total)
}

/// Whether a sum of so many terms is one of blocks.
package func isLongSum(_ count: Int) -> Bool { count > longestPlainSum }

/// The blocks of a long sum.
@inlinable
@inline(__always)
package func forEachBlock(_ count: Int, _ body: (Range<Int>) -> Void) {
  var first = 0
  while first < count {
    let end = min(first &+ blockOfLongSum, count)
    body(first..<end)
    first = end
  }
}

/// A sum in Float that keeps what rounding loses of each addend (Knuth's two-sum).
@usableFromInline
package struct LongSum {
  @usableFromInline
  package var high = Lanes.zero
  @usableFromInline
  package var low = Lanes.zero

  @inlinable
  @inline(__always)
  package init() {}

  @inlinable
  @inline(__always)
  package mutating func add(_ addend: Lanes) {
    let sum = high + addend
    let taken = sum - high
    low += (high - (sum - taken)) + (addend - taken)
    high = sum
  }

  /// An infinite sum has no rest.
  @inlinable
  @inline(__always)
  package var total: Lanes {
    high + low.replacing(with: Lanes.zero, where: low .!= low)
  }
}

/// Rows of sums of `count` terms that are added to memory: `add` adds a range of the terms to `rows`, which start
/// at 0. Of many terms blocks are summed in Double.
package func sumRows(
  _ rows: UnsafeMutablePointer<Float>, size: Int, of count: Int, add: (Range<Int>) -> Void
) {
  clear(rows, count: size)
  if count <= longestPlainSum { return add(0..<count) }
  withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { totals in
    for place in 0..<size { totals[place] = 0 }
    forEachBlock(count) { range in
      add(range)
      for place in 0..<size { totals[place] += Double(rows[place]) }
      clear(rows, count: size)
    }
    for place in 0..<size { rows[place] = Float(totals[place]) }
  }
}
