/// Where everything on a density map goes, in pixels from the lower left corner: a square, the
/// scale of colours to its right.
struct DensityMapLayout {
  static let width = 640.0
  /// From a tick's number to the frame.
  static let tickDistance = 22.0

  let height: Double
  let xAxis: Axis
  let yAxis: Axis
  let densityAxis: Axis
  let plot: ChartLayout.Frame
  let scale: ChartLayout.Frame
  private(set) var labels: [ChartLayout.Label] = []

  init(_ map: DensityMap) {
    xAxis = Self.axis(map.x)
    yAxis = Self.axis(map.y)
    let highest = map.values.flatMap { $0 }.filter(\.isFinite).max() ?? 0
    densityAxis = Axis(
      over: [0, highest > 0 ? highest : 1], padding: 0, ticks: 5, wholeNumbers: false)
    let line = ChartLayout.lineHeight
    let heads = [map.title, Self.note(map)].filter { !$0.isEmpty }
    let tickWidth = Self.widest(yAxis)
    // The upright name, a gap, the ticks' numbers, and gnuplot's distance from those to the frame.
    let left = 16 + line + 12 + tickWidth + Self.tickDistance
    let side = Self.width - left - 20 - 22 - 12 - Self.widest(densityAxis) - 12
    let bottom = 2.2 * line + 28
    // The scale's name stands above it, in the last line of the heads.
    let head = 1.2 * Double(heads.count + 1) * line + 14
    height = (bottom + side + head).rounded(.up)
    plot = ChartLayout.Frame(left: left, right: left + side, bottom: bottom, top: bottom + side)
    scale = ChartLayout.Frame(
      left: plot.right + 20, right: plot.right + 42, bottom: plot.bottom, top: plot.top)
    place(map, heads)
  }

  private static func axis(_ centres: [Double]) -> Axis {
    // From the first cell's edge to the last one's.
    let (first, last) = (centres[0], centres[centres.count - 1])
    let half = (last - first) / Double(centres.count - 1) / 2
    return Axis(over: [first - half, last + half], padding: 0, ticks: 5, wholeNumbers: false)
  }

  private static func widest(_ axis: Axis) -> Double {
    axis.ticks.map { TextMetrics.width(axis.label($0)) }.max() ?? 0
  }

  /// "lines hold 50 and 90 % of the probability", of the lines that there are.
  private static func note(_ map: DensityMap) -> String {
    let shares = map.contours.map { grouped(($0.share * 1000).rounded() / 10) }
    guard let last = shares.last else { return "" }
    let others = shares.dropLast().joined(separator: ", ")
    let list = others.isEmpty ? last : "\(others) and \(last)"
    return "\(shares.count == 1 ? "line holds" : "lines hold") \(list) % of the probability"
  }

  private mutating func place(_ map: DensityMap, _ heads: [String]) {
    let line = ChartLayout.lineHeight
    for (row, text) in heads.enumerated() {
      labels.append(
        ChartLayout.Label(
          text: TextMetrics.fitted(text, into: Self.width - 32), x: 16,
          y: height - 10 - line / 2 - 1.2 * line * Double(row), alignment: .left,
          colour: row == 0 && !map.title.isEmpty ? Palette.text : Palette.quiet))
    }
    labels.append(
      ChartLayout.Label(
        text: "density", x: Self.width - 12, y: plot.top + 0.75 * line, alignment: .right,
        colour: Palette.quiet))
    let side = plot.right - plot.left
    labels.append(
      ChartLayout.Label(
        text: TextMetrics.fitted(map.xLabel, into: side), x: (plot.left + plot.right) / 2,
        y: 10 + line / 2, alignment: .center, colour: Palette.quiet))
    labels.append(
      ChartLayout.Label(
        text: TextMetrics.fitted(map.yLabel, into: side), x: 16 + line / 2,
        y: (plot.bottom + plot.top) / 2, alignment: .center, colour: Palette.quiet,
        isUpright: TextMetrics.width(map.yLabel) > line))
  }
}
