/// The part at the bottom that a chart's y axis leaves out, so that the rest does not look flat: the
/// steep beginnings of the curves, falls far below what was reached before, and single curves that
/// lie far below the others.
///
/// A curve needs what lies between the highest value of all curves and the best that it had reached
/// after its first tenth. A curve that needs over four times as much as the median of the curves
/// does not count. Shown is whatever lies within twice what the others need.
struct ShownRange {
  /// Where the axis begins; nil if nothing is left out.
  let lowest: Double?

  /// - `curves`: each one's points by rising x.
  /// - `others`: values that are shown where there is room, and ask for none.
  /// - `skipsBeginnings`: whether curves begin with what may be left out: the first tenth of the way
  ///   along x, and at least their first point.
  init(
    of curves: [[LineChart.Point]], others: [Double] = [], skipsBeginnings: Bool
  ) {
    let curves = curves.map { $0.filter { $0.x.isFinite && $0.y.isFinite } }.filter { !$0.isEmpty }
    let all = curves.flatMap { $0.map(\.y) } + others.filter(\.isFinite)
    guard let least = all.min(), let highest = curves.joined().map(\.y).max() else {
      lowest = nil
      return
    }
    let needs = curves.compactMap { curve in
      Self.reached(by: curve, skipsBeginnings).map { highest - $0 }
    }
    let most = 4 * (Quartiles(needs)?.median ?? 0)
    let needed = needs.filter { $0 <= most }.max() ?? needs.min() ?? 0
    let start = all.filter { highest - $0 <= 2 * needed }.min() ?? highest
    // Not worth it where the frame would be over half as high without.
    lowest = needed > 0 && highest - start < (highest - least) / 2 ? start : nil
  }

  /// The best that a curve reached up to the first point after its beginning.
  private static func reached(by curve: [LineChart.Point], _ skipsBeginning: Bool) -> Double? {
    guard skipsBeginning, let first = curve.first?.x, let last = curve.last?.x else {
      return curve.first?.y
    }
    let begins = curve.dropFirst().firstIndex { $0.x >= first + (last - first) / 10 } ?? 0
    return curve[...begins].map(\.y).max()
  }

  /// Whether a curve is below the frame at any time after it first was inside, or always.
  func isLeft(by curve: [Double]) -> Bool {
    let lowest = lowest ?? -.greatestFiniteMagnitude
    let values = curve.filter { !$0.isNaN }
    let entered = values.drop { $0 < lowest }
    return entered.isEmpty ? !values.isEmpty : entered.contains { $0 < lowest }
  }
}
