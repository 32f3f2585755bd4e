import Configuration
import Foundation

/// One axis: the range shown, and ticks at round numbers.
package struct Axis: Equatable {
  package let scale: LineChart.Scale
  package let range: ClosedRange<Double>
  package private(set) var ticks: [Double]
  /// Where smaller ticks stand, without labels: between powers of ten.
  let minorTicks: [Double]
  private let notation: Notation

  /// How numbers along an axis are written.
  private enum Notation: Equatable {
    /// Digits after the point that distinguish the ticks.
    case decimals(Int)
    /// Each number with the digits it has, and a comma at every thousand.
    case plain
    /// 2×10⁶.
    case powers
  }

  /// An axis over the finite ones of some values.
  ///
  /// - `padding`: what is added on each side, as a share of the range.
  /// - `wholeNumbers`: no ticks between integers or outside the values, as for epochs.
  /// - `floor`: where the axis begins, without padding; nil for the values' own.
  package init(
    over values: [Double], padding: Double, ticks count: Int, wholeNumbers: Bool,
    floor: Double? = nil
  ) {
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
    if let floor, floor < high { low = floor }
    let (least, most) = wholeNumbers ? (finite.min() ?? low, finite.max() ?? high) : (low, high)
    let step = Self.step(of: high - low, count: count, wholeNumbers: wholeNumbers)
    scale = .linear
    range = low...high
    ticks = Self.multiples(of: step, from: least, to: most)
    minorTicks = []
    notation = .decimals(max(0, Int(bounded: -log10(step).rounded(.down))))
  }

  /// An axis on which equal distances are equal ratios, over the positive ones of some values.
  ///
  /// Ticks stand at powers of ten; where there are fewer than three, at 1, 2 and 5 times those; and
  /// where even these are fewer than three, at even distances.
  ///
  /// - `padding`: what is added on each side, as a share of the axis.
  package init(logarithmicOver values: [Double], padding: Double, ticks count: Int) {
    let positive = values.filter(LineChart.Scale.logarithmic.shows)
    // Away from where doubles lose their digits, so that no bound becomes zero or infinite.
    var low = log10(min(max(positive.min() ?? 1, 1e-290), 1e290))
    var high = log10(min(max(positive.max() ?? 10, 1e-290), 1e290))
    let added = high - low < 1e-6 ? 0.15 : (high - low) * padding
    (low, high) = (low - added, high + added)
    let range = pow(10, low)...pow(10, high)
    let exponents = Int(bounded: low.rounded(.down))...Int(bounded: high.rounded(.up))
    func ticks(_ factors: [Double]) -> [Double] {
      exponents.flatMap { exponent in factors.map { Self.times($0, tenTo: exponent) } }
        .filter(range.contains)
    }
    let powers = ticks([1])
    let fine = ticks([1, 2, 5])
    // Beside powers of ten all of 2 to 9, where there is room.
    minorTicks =
      powers.count >= 3 && powers.count <= count ? ticks(Array(2...9).map(Double.init)) : []
    if powers.count >= 3 {
      let every = (powers.count + count - 1) / count
      self.ticks = powers.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    } else if fine.count >= 3 {
      self.ticks = fine
    } else {
      let step = Self.step(
        of: range.upperBound - range.lowerBound, count: count, wholeNumbers: false)
      self.ticks = Self.multiples(of: step, from: range.lowerBound, to: range.upperBound)
    }
    scale = .logarithmic
    self.range = range
    let isPlain = self.ticks.allSatisfy { $0 < 999_999 && $0 > 0.000_999 }
    notation = isPlain ? .plain : .powers
  }

  /// The same along so many pixels from left to right: on a logarithmic axis with fewer ticks, where their
  /// labels would overlap.
  package func thinned(over length: Double) -> Axis {
    /// At least so many pixels lie between two labels.
    let gap = 10.0
    func width(_ tick: Double) -> Double { TextMetrics.width(label(tick)) }
    func fit(_ ticks: [Double]) -> Bool {
      zip(ticks, ticks.dropFirst()).allSatisfy { one, next in
        (position(next) - position(one)) * length >= (width(one) + width(next)) / 2 + gap
      }
    }
    func mean(_ ticks: [Double]) -> Double {
      ticks.map(width).reduce(0, +) / Double(ticks.count)
    }
    guard scale == .logarithmic, !fit(ticks) else { return self }
    var thinned = self
    for every in 2...max(ticks.count, 2) {
      let choices = (0..<every).map { first in
        ticks.enumerated().filter { $0.offset % every == first }.map(\.element)
      }
      // Of several the one with the shortest labels: 2, 3, 4 and not 1.5, 2.5, 3.5.
      if let best = choices.filter({ $0.count > 1 && fit($0) }).min(by: { mean($0) < mean($1) }) {
        thinned.ticks = best
        return thinned
      }
    }
    thinned.ticks = Array(ticks.prefix(1))
    return thinned
  }

  /// Exact where a double can be, as `pow` need not be.
  private static func times(_ factor: Double, tenTo exponent: Int) -> Double {
    Double("\(Int(bounded: factor))e\(exponent)") ?? factor * pow(10, Double(exponent))
  }

  /// The least of 1, 2, 5, 10, 20 ... that gives at most `count` ticks.
  private static func step(of span: Double, count: Int, wholeNumbers: Bool) -> Double {
    let raw = span / Double(max(count, 1))
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
    return wholeNumbers ? max(step, 1) : step
  }

  private static func multiples(of step: Double, from low: Double, to high: Double) -> [Double] {
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    return last >= first ? stride(from: first, through: last, by: 1).map { $0 * step } : []
  }

  /// Where a value lies: 0 at the axis' beginning, 1 at its end. On a logarithmic axis the value is
  /// positive.
  package func position(_ value: Double) -> Double {
    switch scale {
    case .linear:
      return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      let (low, high) = (log(range.lowerBound), log(range.upperBound))
      return (log(value) - low) / (high - low)
    }
  }

  /// A tick's label, with a true minus sign.
  package func label(_ tick: Double) -> String {
    let text =
      switch notation {
      case .plain: grouped(tick)
      case .powers: scientific(tick)
      case .decimals(let decimals):
        max(abs(range.lowerBound), abs(range.upperBound)) < 1e6 && decimals <= 6
          ? String(format: "%.\(decimals)f", tick) : String(format: "%.3g", tick)
      }
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return isZero ? text.replacing("-", with: "") : text.replacing("-", with: "\u{2212}")
  }
}
