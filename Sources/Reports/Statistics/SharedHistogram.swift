import Configuration
import Numerics

/// How the values of several sets fall into bins that all of them share.
///
/// Bins are `step` wide, 1, 2 or 5 times a power of ten, with edges at its multiples: about as many
/// as the narrowest set asks for (Freedman & Diaconis 1981: 2 IQR / cube root of n), at most
/// `mostBins`. They cover each set's values but for its outermost thousandths, which would leave the
/// rest no room; those are counted apart, as is -inf. A function of the values alone, in whatever
/// order they come.
package struct SharedHistogram: Equatable, Sendable {
  /// How one set fell.
  package struct Counts: Equatable, Sendable {
    /// Values of each bin; a bin holds its lower edge and not its upper one.
    package let inside: [Int]
    /// Values below the first edge, -inf among them; values from the last edge on; all.
    package let below: Int
    package let above: Int
    package let all: Int

    /// The part of all values that each bin holds, from 0 to 1; 0 of an empty set.
    package var shares: [Double] {
      inside.map { all == 0 ? 0 : Double($0) / Double(all) }
    }
  }

  package static let mostBins = 100

  /// Ascending; one more than there are bins.
  package let edges: [Double]
  package let step: Double
  /// In the order of the sets.
  package let counts: [Counts]

  /// - Parameter sets: no NaN.
  package init(_ sets: [[Double]]) {
    let sorted = sets.map { $0.sorted() }
    let finite = sorted.map { $0.filter(\.isFinite) }
    let shown = finite.filter { !$0.isEmpty }.map { values in
      // All of them where a thousandth is less than one.
      let cut = values.count / 1_000
      return (low: values[cut], high: values[values.count - 1 - cut])
    }
    let low = shown.map(\.low).min() ?? -1
    let high = shown.map(\.high).max() ?? 0
    let wanted = finite.compactMap(Self.width).min() ?? 0
    // Two more than they seem, for edges at multiples.
    let least = (high - low) / Double(Self.mostBins - 2)
    let step = RoundStep(atLeast: max(wanted, least, abs(high) * 1e-9, 1e-9))
    var first = Int(bounded: (low / step.value).rounded(.down))
    var last = Int(bounded: (high / step.value).rounded(.down)) + 1
    // The quotients are rounded, the edges are not.
    while step.multiple(first) > low { first -= 1 }
    while step.multiple(last) <= high { last += 1 }
    let edges = (first...last).map(step.multiple)
    self.step = step.value
    self.edges = edges
    counts = sorted.map { Self.counts(of: $0, edges) }
  }

  /// Freedman and Diaconis' width; nil where a set has no spread.
  private static func width(_ sorted: [Double]) -> Double? {
    guard let quartiles = Quartiles(sorted), quartiles.upper > quartiles.lower else { return nil }
    let cubeRoot = naturalExponential(naturalLogarithm(Double(sorted.count)) / 3)
    return 2 * (quartiles.upper - quartiles.lower) / cubeRoot
  }

  /// By the edges as they are printed: no value falls on another side of one than it seems.
  private static func counts(of sorted: [Double], _ edges: [Double]) -> Counts {
    var inside = [Int](repeating: 0, count: edges.count - 1)
    var (below, above, bin) = (0, 0, 0)
    for value in sorted {
      if value < edges[0] {
        below += 1
        continue
      }
      while bin < inside.count, value >= edges[bin + 1] { bin += 1 }
      if bin < inside.count { inside[bin] += 1 } else { above += 1 }
    }
    return Counts(inside: inside, below: below, above: above, all: sorted.count)
  }
}

/// 1, 2 or 5 times a power of ten, whose multiples are the nearest doubles to what they are called.
private struct RoundStep {
  /// The step is `factor * power`, or `factor / power` where that is below one.
  private let factor: Double
  private let power: Double
  private let isBelowOne: Bool

  init(atLeast least: Double) {
    var (power, isBelowOne) = (1.0, false)
    if least > 5 {
      while 5 * power < least { power *= 10 }
    } else {
      isBelowOne = true
      while 5 / (power * 10) >= least { power *= 10 }
    }
    self.power = power
    self.isBelowOne = isBelowOne
    factor = [1.0, 2, 5].first { isBelowOne ? $0 / power >= least : $0 * power >= least } ?? 5
  }

  var value: Double { multiple(1) }

  func multiple(_ number: Int) -> Double {
    let whole = Double(number) * factor
    return isBelowOne ? whole / power : whole * power
  }
}
