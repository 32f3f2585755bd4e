import Foundation

/// One axis: the range shown, and ticks at round numbers.
package struct Axis: Equatable {
  package let range: ClosedRange<Double>
  package let ticks: [Double]
  /// Digits after the point that tell the ticks apart.
  package let decimals: Int

  /// An axis over the finite ones of some values.
  ///
  /// - `padding`: what is added on each side, as a share of the range.
  /// - `wholeNumbers`: no ticks between integers or outside the values, as for epochs.
  package init(over values: [Double], padding: Double, ticks count: Int, wholeNumbers: Bool) {
    let finite = values.filter(\.isFinite)
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    // Far from any number of ours; but a range must not overflow.
    low = max(low, -1e300)
    high = min(high, 1e300)
    if high - low <= abs(high) * 1e-9 {
      let half = wholeNumbers ? 0.5 : max(abs(high) * 0.02, 1e-9)
      (low, high) = (low - half, high + half)
    } else {
      let added = (high - low) * padding
      (low, high) = (low - added, high + added)
    }
    let (least, most) = wholeNumbers ? (finite.min() ?? low, finite.max() ?? high) : (low, high)
    let step = Self.step(of: high - low, count: count, wholeNumbers: wholeNumbers)
    let first = (least / step).rounded(.up)
    let last = (most / step).rounded(.down)
    range = low...high
    ticks = last >= first ? stride(from: first, through: last, by: 1).map { $0 * step } : []
    decimals = max(0, Int(-log10(step).rounded(.down)))
  }

  /// The least of 1, 2, 5, 10, 20 ... that gives at most `count` ticks.
  private static func step(of span: Double, count: Int, wholeNumbers: Bool) -> Double {
    let raw = span / Double(max(count, 1))
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
    return wholeNumbers ? max(step, 1) : step
  }

  /// Where a value lies: 0 at the axis' beginning, 1 at its end.
  func position(_ value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// A tick's label, with a true minus sign.
  package func label(_ tick: Double) -> String {
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    let isPlain = largest < 1e6 && decimals <= 6
    let text =
      isPlain ? String(format: "%.\(decimals)f", tick) : String(format: "%.3g", tick)
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return isZero ? text.replacing("-", with: "") : text.replacing("-", with: "\u{2212}")
  }
}
