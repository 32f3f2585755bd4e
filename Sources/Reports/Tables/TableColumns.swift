/// How wide a table's columns are, without padding: so that the table becomes as low as it can.
struct TableColumns {
  /// A text as the widths of its words.
  private struct Words {
    let widths: [Double]
    let space: Double

    /// In how many lines it stands, if no word is wider than a line.
    func lines(in width: Double) -> Int {
      var (count, used) = (0, Double.infinity)
      for word in widths {
        if used + space + word <= width {
          used += space + word
        } else {
          count += 1
          used = word
        }
      }
      return count
    }

    var width: Double { widths.reduce(0, +) + space * Double(max(widths.count - 1, 0)) }
  }

  /// `[row][column]`, the heads first: what stands below each other in a cell.
  private let cells: [[[Words]]]
  /// Of each column's longest word, and a unit against rounding.
  let least: [Double]
  private let widest: [Double]

  init(_ table: TableFigure, _ style: TextStyle, _ bold: TextStyle) {
    func words(_ text: String, _ style: TextStyle) -> Words {
      Words(
        widths: TextStyle.words(of: text).map { style.width(of: $0) }, space: style.width(of: " "))
    }
    let cells =
      [table.columns.map { [words($0.head, bold)] }]
      + table.grid.map { row in
        row.map { [words($0.mark?.word ?? "", bold), words($0.text, style)] }
      }
    self.cells = cells
    least = table.columns.indices.map { column in
      1 + (cells.flatMap { $0[column] }.flatMap(\.widths).max() ?? 0)
    }
    widest = table.columns.indices.map { column in
      1 + (cells.flatMap { $0[column] }.map(\.width).max() ?? 0)
    }
  }

  /// A width for each column, `total` together.
  ///
  /// Where all texts fit into one line, what is left is shared evenly. Where not even the longest
  /// words fit, each column gets its share, but none less than an even quarter.
  func widths(total: Double) -> [Double] {
    let (leastSum, widestSum) = (least.reduce(0, +), widest.reduce(0, +))
    if widestSum <= total {
      let spare = (total - widestSum) / Double(widest.count)
      return widest.map { $0 + spare }
    }
    if leastSum > total {
      let floor = total / Double(4 * least.count)
      return least.map { floor + $0 / leastSum * (total - floor * Double(least.count)) }
    }
    let share = (total - leastSum) / (widestSum - leastSum)
    return improved(zip(least, widest).map { $0 + ($1 - $0) * share }, total: total)
  }

  /// Moves width from one column to another as long as that saves lines.
  private func improved(_ widths: [Double], total: Double) -> [Double] {
    // Little ones alone get stuck where a column must give much before another saves a line.
    let steps = [64, 32, 16, 8].map { total / $0 }
    var widths = widths
    var cost = cost(widths)
    while true {
      var best: (widths: [Double], cost: (Int, Int))?
      for from in widths.indices {
        for to in widths.indices where to != from {
          for step in steps where widths[from] - step >= least[from] {
            var moved = widths
            moved[from] -= step
            moved[to] += step
            let movedCost = self.cost(moved)
            if movedCost < (best?.cost ?? cost) { best = (moved, movedCost) }
          }
        }
      }
      guard let best else { return widths }
      (widths, cost) = best
    }
  }

  /// The table's height in lines; and the squares of each cell's lines, which shrink first.
  private func cost(_ widths: [Double]) -> (Int, Int) {
    cells.reduce((0, 0)) { cost, row in
      let lines = zip(row, widths).map { cell, width in
        cell.reduce(0) { $0 + $1.lines(in: width) }
      }
      return (cost.0 + (lines.max() ?? 0), cost.1 + lines.reduce(0) { $0 + $1 * $1 })
    }
  }
}
