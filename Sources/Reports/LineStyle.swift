/// How a series is drawn: its stroke and the mark on its points, in gnuplot's words.
///
/// Where there are more series than colours, the next ones have other dashes and other marks.
struct LineStyle {
  /// Nil for marks alone.
  let line: String?
  /// Nil for a line alone.
  let mark: String?
  private let isSteps: Bool

  init(_ chart: LineChart, _ index: Int) {
    let series = chart.series[index]
    let round = (series.colour ?? index) / Palette.lines.count
    func marks(size: Double) -> String {
      "pointtype \(Self.marks[round % Self.marks.count]) pointsize \(size)*marks"
    }
    func stroke(_ width: Double, _ dashes: String = "solid") -> String {
      "linewidth \(width) dashtype \(dashes)"
    }
    isSteps = series.style == .steps
    switch series.style {
    case .points: (line, mark) = (nil, marks(size: 1.1))
    case .faintPoints: (line, mark) = (nil, marks(size: 0.8))
    case .steps: (line, mark) = (stroke(2.5), nil)
    case .faint: (line, mark) = (stroke(1.5), nil)
    case .line: (line, mark) = (stroke(3, Self.dashes[round % Self.dashes.count]), nil)
    case .solid, .dashed:
      let dashes = series.style == .dashed ? "(10,6)" : Self.dashes[round % Self.dashes.count]
      line = stroke(3, dashes)
      mark = series.points.count <= 30 ? marks(size: 0.7) : nil
    }
  }

  private static let dashes = ["solid", "(12,5)", "(3,4)", "(14,4,3,4)"]
  /// A disc, a square, a triangle, a rhombus: all filled.
  private static let marks = [7, 5, 9, 13]

  /// What follows the columns in a plot.
  var curve: String {
    let how = isSteps ? "steps" : line == nil ? "points" : mark == nil ? "lines" : "linespoints"
    return "with \(how) " + [line ?? "linewidth 1", mark].compactMap { $0 }.joined(separator: " ")
  }
}
