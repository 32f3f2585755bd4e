/// How the blocks of a page are shared among columns, in their order, and how large figures may be.
struct PosterColumns: Equatable {
  /// A column's blocks, and the share of its width that its figures take.
  struct Column: Equatable {
    let items: Range<Int>
    let scale: Double
    let height: Double
  }

  /// What stays together: a section's heading with its first block, or one more block.
  struct Item {
    let isSectionStart: Bool
    /// For each of `scales`.
    let heights: [Double]
  }

  let columns: [Column]

  /// The shares of the width to choose from, the best first.
  static let scales: [Double] = (0...24).map { 1 - 0.025 * Double($0) }

  /// What stands between blocks, and what a column begins with that goes on with a section.
  struct Spaces {
    let block, section, continuation: Double
  }

  /// Figures of this share are as good as larger ones.
  static let ampleScale = 0.9

  /// The sharing with ample figures, or else the largest; of those the one that parts the fewest
  /// sections, and then the most even. Nil if none has all columns at most as high as `available`.
  ///
  /// - `parting`: whether a section may go on in the next column.
  init?(
    _ items: [Item], count: Int, spaces: Spaces, available: Double, parting: Bool
  ) {
    var best: (columns: [Column], order: (Double, Int, Double, Double))?
    for ends in Self.divisions(of: items.count, into: min(count, max(items.count, 1))) {
      let starts = [0] + ends.dropLast()
      let parted = starts.count { $0 < items.count && !items[$0].isSectionStart }
      if parted > 0 && !parting { continue }
      let columns = zip(starts, ends).compactMap {
        Self.column($0..<$1, items, spaces, available)
      }
      guard columns.count == ends.count else { continue }
      let scale = columns.map(\.scale).min() ?? 1
      let highest = columns.map(\.height).max() ?? 0
      let order = (min(scale, Self.ampleScale), -parted, scale, -highest)
      if best.map({ order > $0.order }) ?? true { best = (columns, order) }
    }
    guard let best else { return nil }
    columns = best.columns
  }

  /// Some blocks as a column, with the largest figures that fit.
  private static func column(
    _ range: Range<Int>, _ items: [Item], _ spaces: Spaces, _ available: Double
  ) -> Column? {
    let fixed = range.reduce(0) { sum, index in
      let isStart = items[index].isSectionStart
      if index == range.lowerBound { return isStart ? 0 : spaces.continuation }
      return sum + (isStart ? spaces.section : spaces.block)
    }
    for (place, scale) in scales.enumerated() {
      guard range.allSatisfy({ place < items[$0].heights.count }) else { return nil }
      let height = range.reduce(fixed) { $0 + items[$1].heights[place] }
      if height <= available { return Column(items: range, scale: scale, height: height) }
    }
    return nil
  }

  /// All ways to cut 0..<length into a number of parts, none empty unless all are: their ends.
  private static func divisions(of length: Int, into parts: Int) -> [[Int]] {
    if parts <= 1 { return [[length]] }
    if length < parts { return [] }
    return ((parts - 1)..<length).flatMap { last in
      divisions(of: last, into: parts - 1).map { $0 + [length] }
    }
  }
}
