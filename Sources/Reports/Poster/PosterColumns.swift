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
    /// For each of `scales`, or the first of them.
    let heights: [Double]
  }

  /// What stands between blocks, and what a column begins with that goes on with a section.
  struct Spaces {
    let block, section, continuation: Double
  }

  let columns: [Column]

  /// The shares of the width to choose from, the best first.
  static let scales: [Double] = (16...40).reversed().map { Double($0) / 40 }

  /// Figures of this share are as good as larger ones.
  static let ampleScale = 0.9

  /// The sharing with ample figures, or else the largest; of those the one that parts the fewest
  /// sections, and then the most even. Nil if none has all columns at most as high as `available`.
  ///
  /// - `parting`: whether a section may go on in the next column.
  init?(
    _ items: [Item], count: Int, spaces: Spaces, available: Double, parting: Bool
  ) {
    let measured = items.map(\.heights.count).min() ?? Self.scales.count
    let fit = ColumnFit(items: items, spaces: spaces, available: available, parting: parting)
    let parts = min(count, max(items.count, 1))
    for place in 0..<measured where Self.scales[place] <= Self.ampleScale {
      guard let ranges = fit.division(into: parts, place: place) else { continue }
      // A column that has room takes larger figures.
      columns = ranges.map { range in
        let best = (0..<place).first { fit.height(of: range, place: $0) <= available } ?? place
        return Column(
          items: range, scale: Self.scales[best], height: fit.height(of: range, place: best))
      }
      return
    }
    return nil
  }
}

/// The search for the best sharing at one size of figures: `place` in the list of scales.
private struct ColumnFit {
  let items: [PosterColumns.Item]
  let spaces: PosterColumns.Spaces
  let available: Double
  let parting: Bool

  /// Of some blocks as a column.
  func height(of range: Range<Int>, place: Int) -> Double {
    range.reduce(0) { height, index in
      let isStart = items[index].isSectionStart
      let isFirst = index == range.lowerBound
      let above =
        isFirst
        ? isStart ? 0 : spaces.continuation
        : isStart ? spaces.section : spaces.block
      return height + above + items[index].heights[place]
    }
  }

  /// The blocks in so many columns, none of them empty unless there are no blocks.
  ///
  /// By dynamic programming over where columns end. Sections parted add up and the highest column
  /// counts, in this order: so the best way to an end is part of the best way beyond it.
  func division(into parts: Int, place: Int) -> [Range<Int>]? {
    struct Way {
      var parted = 0
      var highest = 0.0
      var ranges: [Range<Int>] = []
    }
    if items.isEmpty { return [0..<0] }
    var ways: [Int: Way] = [0: Way()]
    for _ in 0..<parts {
      var next: [Int: Way] = [:]
      for start in items.indices {
        guard let way = ways[start] else { continue }
        let isParted = !items[start].isSectionStart
        if isParted && !parting { continue }
        for end in (start + 1)...items.count {
          let height = height(of: start..<end, place: place)
          if height > available { break }
          let longer = Way(
            parted: way.parted + (isParted ? 1 : 0), highest: max(way.highest, height),
            ranges: way.ranges + [start..<end])
          let isBetter =
            next[end].map { (longer.parted, longer.highest) < ($0.parted, $0.highest) } ?? true
          if isBetter { next[end] = longer }
        }
      }
      ways = next
    }
    return ways[items.count]?.ranges
  }
}
