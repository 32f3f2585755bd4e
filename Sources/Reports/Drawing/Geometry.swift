/// A place on a drawing: units from the left, and from the top downwards.
package struct Point: Hashable, Sendable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// An upright rectangle of a drawing.
package struct Box: Hashable, Sendable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package var right: Double { x + width }
  package var bottom: Double { y + height }
  package var centre: Point { Point(x + width / 2, y + height / 2) }

  /// Whether the other lies inside, touching allowed; `slack` is what it may stick out by.
  package func contains(_ other: Box, slack: Double = 1e-6) -> Bool {
    x <= other.x + slack && other.right <= right + slack
      && y <= other.y + slack && other.bottom <= bottom + slack
  }

  /// Whether the two share more than an edge.
  package func overlaps(_ other: Box) -> Bool {
    x < other.right - 1e-6 && other.x < right - 1e-6
      && y < other.bottom - 1e-6 && other.y < bottom - 1e-6
  }

  /// The least box around both.
  func union(_ other: Box) -> Box {
    let (left, top) = (min(x, other.x), min(y, other.y))
    return Box(
      x: left, y: top, width: max(right, other.right) - left,
      height: max(bottom, other.bottom) - top)
  }

  func inset(by distance: Double) -> Box {
    Box(
      x: x + distance, y: y + distance, width: width - 2 * distance,
      height: height - 2 * distance)
  }
}
