/// Lines over one number: what to draw, free of how.
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

    var isFinite: Bool { x.isFinite && y.isFinite }
  }

  package enum Style: Hashable, Sendable {
    case solid
    case dashed
    /// For the many that stand behind one: single seeds behind their median.
    case faint
  }

  package struct Series: Sendable {
    package var name: String
    /// In any order; drawn by rising x. A y that is not finite breaks the line.
    package var points: [Point]
    package var style: Style

    package init(name: String, points: [Point], style: Style = .solid) {
      self.name = name
      self.points = points
      self.style = style
    }
  }

  /// A ring around a point, and a few words beside it.
  package struct Annotation: Sendable {
    package var point: Point
    package var text: String

    package init(point: Point, text: String) {
      self.point = point
      self.text = text
    }
  }

  package var title: String
  /// With the unit, if it has one.
  package var xLabel: String
  package var yLabel: String
  package var series: [Series]
  package var annotations: [Annotation]
  /// Where the y axis begins at the earliest: lines that come from below enter through the frame.
  package var lowestY: Double?

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
