/// A line chart over one number, independent of how it is drawn.
///
/// All text is data: whatever it contains is shown, never interpreted.
package struct LineChart: Sendable {
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  package enum Style: Hashable, Sendable {
    /// With marks on its points where these are few, as is a dashed one.
    case solid
    case dashed
    /// Without marks, however few its points: what a formula gives.
    case line
    /// For the many that stand behind one: single seeds behind their median.
    case faint
    /// Marks without a line.
    case points
    case faintPoints
    /// From each point level to the next one's x, filled down to zero: a histogram, whose points are
    /// the lower edges of its bins.
    case steps

    /// Whether it stands behind others, without a name of its own.
    var isFaint: Bool { self == .faint || self == .faintPoints }
    var hasLine: Bool { self != .points && self != .faintPoints }
  }

  package struct Series: Sendable {
    package var name: String
    /// In any order; drawn by rising x. A y that is not finite breaks the line, as does one that a
    /// logarithmic axis has no place for.
    package var points: [Point]
    package var style: Style
    /// Which colour of the palette: nil for the series' own place among the series. Lines of one
    /// model share their model's.
    package var colour: Int?
    /// Whether the name stands on the chart; the table has it always. Faint ones never have it.
    package var isNamed: Bool

    package init(
      name: String, points: [Point], style: Style = .solid, colour: Int? = nil,
      isNamed: Bool = true
    ) {
      self.name = name
      self.points = points
      self.style = style
      self.colour = colour
      self.isNamed = isNamed
    }
  }

  package enum Scale: Hashable, Sendable {
    case linear
    /// Values of zero and below have no place on it and are left out of the picture.
    case logarithmic

    func shows(_ value: Double) -> Bool { value.isFinite && (self == .linear || value > 0) }
  }

  package var title: String
  /// With the unit, if it has one.
  package var xLabel: String
  package var yLabel: String
  /// What the reader must know besides, in a line of its own below the y label; may be empty.
  package var note = ""
  /// Whether the note says already that something lies outside the frame.
  package var noteTellsCuts = false
  package var series: [Series]
  /// Drawn behind the lines.
  package var bands: [Band] = []
  /// What the bands show, "quartiles": for the line below the y label. Empty if it is clear.
  package var bandsAre = ""
  package var annotations: [Annotation]
  /// Their names stand beside the frame, so that those of series stand in a legend.
  package var levels: [Level] = []
  package var xScale = Scale.linear
  package var yScale = Scale.linear
  /// Where the y axis begins at the earliest: lines that come from below enter through the frame.
  package var lowestY: Double?
  /// Where the y axis begins exactly, as at zero for shares; nil for a little below what is shown.
  package var floorY: Double?
  /// Whether names stand in a legend even if there is room beside the frame: for lines whose ends do
  /// not distinguish them.
  package var namesStandBelow = false
  /// Where the y axis ends at the latest.
  package var highestY: Double?

  package init(
    title: String, xLabel: String, yLabel: String, series: [Series],
    annotations: [Annotation] = [], lowestY: Double? = nil
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.annotations = annotations
    self.lowestY = lowestY
  }

  /// Whether a point has a place on the axes, though perhaps outside the frame.
  func shows(_ point: Point) -> Bool { xScale.shows(point.x) && yScale.shows(point.y) }

  /// ` ↑` behind the name of a series that ends above the frame, ` ↓` below it; else nothing.
  func arrow(of series: Series) -> String {
    guard let end = series.points.filter(shows).max(by: { $0.x < $1.x }) else { return "" }
    let isBelow = lowestY.map { end.y < $0 } ?? false
    let isAbove = highestY.map { end.y > $0 } ?? false
    return isBelow ? " \u{2193}" : isAbove ? " \u{2191}" : ""
  }

  func colour(of index: Int) -> String { Palette.line(series[index].colour ?? index) }

  /// Places in `series` of those whose names stand on the chart.
  var named: [Int] {
    series.indices.filter { series[$0].isNamed && !series[$0].style.isFaint }
  }
}

/// Okabe and Ito's colours, which readers with any colour vision tell apart; from *How to make
/// figures and presentations that are friendly to colorblind people*, 2008. Yellow is left out: on
/// white it can't be read.
enum Palette {
  static let lines = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
  static let text = "#222222"
  static let quiet = "#555555"
  static let grid = "#E4E4E4"

  static func line(_ index: Int) -> String { lines[index % lines.count] }
}
