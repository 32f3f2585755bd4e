/// The cuts of one region in a row: which of them are shown, and where.
struct CutsRow {
  struct Shown {
    let index: Int
    let cut: CutsDiagram.Cut
    /// Of the pair's middle.
    let x: Double
    let isFollowed: Bool
  }

  /// Between the two parts of a region.
  static let partGap = 8.0
  static let leastCell = 9.0

  let step: CutsDiagram.Step
  let cell: Double
  let shown: [Shown]
  /// Where cuts are left out between two that are shown.
  let ellipses: [Double]

  /// How high the pairs are, cut either way.
  var height: Double { Double(step.region.rows.count) * cell + Self.partGap }

  /// The side of a cell with which so many pairs of a region fit, `gap` apart.
  static func cell(of region: CutsDiagram.Region, pairs: Int, gap: Double, width: Double) -> Double
  {
    let slot = (width - gap * Double(pairs - 1)) / Double(pairs)
    return (slot - partGap) / Double(region.columns.count)
  }

  /// The most pairs that fit with cells of a size; at least three, or all.
  static func pairs(of region: CutsDiagram.Region, cell: Double, width: Double) -> Int {
    let count = region.cuts.count
    let fits = (1...max(count, 1)).last { pairs in
      Self.cell(of: region, pairs: pairs, gap: gap(pairs, of: count), width: width) >= cell
    }
    return min(max(fits ?? 1, 3), count)
  }

  /// Wider where an ellipsis stands between.
  static func gap(_ pairs: Int, of count: Int) -> Double { pairs < count ? 28 : 16 }

  init(_ step: CutsDiagram.Step, cell: Double, middle: Double, width: Double) {
    self.step = step
    self.cell = cell
    let cuts = step.region.cuts
    let count = Self.pairs(of: step.region, cell: cell, width: width)
    let chosen = Self.spread(count, of: cuts.count, with: step.followed.cut)
    let slot = Double(step.region.columns.count) * cell + Self.partGap
    let room = (width - slot * Double(count)) / Double(max(count - 1, 1))
    let gap = min(room, 44)
    let left = middle - (slot * Double(count) + gap * Double(count - 1)) / 2
    let xs = chosen.indices.map { left + slot / 2 + Double($0) * (slot + gap) }
    shown = zip(chosen, xs).map { index, x in
      Shown(index: index, cut: cuts[index], x: x, isFollowed: index == step.followed.cut)
    }
    ellipses = zip(shown, shown.dropFirst()).filter { $1.index > $0.index + 1 }
      .map { ($0.x + $1.x) / 2 }
  }

  /// Some of many, evenly spread from the first to the last, one of them a given one.
  private static func spread(_ count: Int, of total: Int, with given: Int) -> [Int] {
    var chosen = (0..<count).map { count == 1 ? given : $0 * (total - 1) / (count - 1) }
    if !chosen.contains(given),
      let nearest = chosen.indices.dropFirst().dropLast()
        .min(by: { abs(chosen[$0] - given) < abs(chosen[$1] - given) })
    {
      chosen[nearest] = given
    }
    return chosen.sorted()
  }
}
