/// The names of a chart's lines, or of its levels, as they stand in a column beside the frame, each in
/// as many lines as it takes.
package struct LineNames {
  package struct Name {
    /// Of the series, or of the level.
    let index: Int
    let colour: String
    package let lines: [String]
    /// Where the series ends, perhaps outside the frame.
    let end: LineChart.Point
    package var height: Double { Double(lines.count) * ChartLayout.tightLineHeight + 3 }
  }

  package let names: [Name]
  /// Of the widest name, in pixels.
  let width: Double
  /// Of all names on each other.
  var height: Double { names.reduce(0) { $0 + $1.height } }

  /// A quarter for the names is enough.
  private static let limit = 0.27 * ChartLayout.width
  private static let most = 4

  /// nil if the names need too much of the canvas or more colours than the palette has, or if the chart has
  /// levels.
  package init?(_ chart: LineChart) {
    if chart.namesStandBelow || !chart.levels.isEmpty { return nil }
    var names: [Name] = []
    for index in chart.named {
      let series = chart.series[index]
      guard let lines = TextMetrics.wrapped(series.name, into: Self.limit, most: Self.most) else {
        return nil
      }
      // A name in an empty chart names nothing.
      guard let end = series.points.filter(chart.shows).max(by: { $0.x < $1.x }) else { continue }
      let arrow = chart.arrow(of: series)
      names.append(
        Name(
          index: index, colour: chart.colour(of: index),
          lines: lines.dropLast() + lines.suffix(1).map { $0 + arrow }, end: end))
    }
    self.init(names: names)
    guard names.count <= Palette.lines.count, height <= 600 else { return nil }
  }

  /// The levels' names, where they are within the frame. A name that does not fit is cut; its number is not.
  init(levelsOf chart: LineChart) {
    self.init(
      names: chart.levels.indices.filter { chart.yScale.shows(chart.levels[$0].y) }.map { index in
        let level = chart.levels[index]
        let room = Self.limit - TextMetrics.width(":")
        return Name(
          index: index, colour: Palette.quiet,
          lines: TextMetrics.wrapped(level.text, into: Self.limit, most: Self.most)
            ?? ["\(TextMetrics.fitted(level.name, into: room)):", level.number],
          end: LineChart.Point(x: .infinity, y: level.y))
      })
  }

  private init(names: [Name]) {
    self.names = names
    width = names.flatMap(\.lines).map(TextMetrics.width).max() ?? 0
  }

  private init(names: [Name], width: Double) {
    self.names = names
    self.width = width
  }

  /// The others, where some series are named elsewhere.
  func without(_ indices: [Int]) -> LineNames {
    LineNames(names: names.filter { !indices.contains($0.index) }, width: width)
  }

  /// The middles of the names, each as near to where it is wanted as the others allow: names that
  /// would touch form a block about the mean of their places.
  package func stacked(at wanted: [Double], within range: ClosedRange<Double>) -> [Double] {
    /// Names on each other: places in `order`, and the sum of where each would have the block's
    /// lower edge.
    struct Block {
      var members: [Int]
      var height: Double
      var sum: Double
      func bottom(in range: ClosedRange<Double>) -> Double {
        max(range.lowerBound, min(sum / Double(members.count), range.upperBound - height))
      }
    }
    // From below; of names wanted at one place the first comes uppermost.
    let order = names.indices.sorted { (wanted[$0], $1) < (wanted[$1], $0) }
    var blocks: [Block] = []
    for index in order {
      let height = names[index].height
      var block = Block(members: [index], height: height, sum: wanted[index] - height / 2)
      while let under = blocks.last,
        under.bottom(in: range) + under.height > block.bottom(in: range)
      {
        blocks.removeLast()
        block = Block(
          members: under.members + block.members, height: under.height + block.height,
          sum: under.sum + block.sum - Double(block.members.count) * under.height)
      }
      blocks.append(block)
    }
    var middles = wanted
    for block in blocks {
      var y = block.bottom(in: range)
      for index in block.members {
        middles[index] = y + names[index].height / 2
        y += names[index].height
      }
    }
    return middles
  }
}
