/// A drawing of rectangles, lines, text and pictures, independent of the file's format.
///
/// Elements lie on each other in the order they were added. All text is data: whatever it contains
/// is shown, never interpreted.
package struct VectorDrawing: Sendable {
  package let width: Double
  /// Can be set when all is drawn, where only that tells how much room it took.
  package var height: Double
  package private(set) var elements: [Element] = []

  /// Throws nothing: a size that no page can have is our own mistake.
  package init(width: Double, height: Double) {
    precondition(width > 0 && height > 0 && width < 1e6 && height < 1e6, "a drawing has a size")
    self.width = width
    self.height = height
  }

  package enum Element: Sendable {
    case shape(Shape, fill: String?, stroke: Stroke?)
    /// The point is on the baseline.
    case text(String, at: Point, TextStyle, TextAlignment)
    case picture(Picture, in: Box)
    case nested(NestedSVG, in: Box)
    /// Another drawing's elements, first scaled, then moved.
    indirect case group([Element], at: Point, scale: Double)
  }

  package enum Shape: Sendable {
    case rectangle(Box, radius: Double)
    case path([Point], isClosed: Bool)
    case ellipse(in: Box)
  }

  package struct Stroke: Hashable, Sendable {
    /// "#RRGGBB".
    package var colour: String
    package var width: Double
    /// Lengths of dash and gap; none for a solid line.
    package var dashes: [Double]

    package init(_ colour: String, width: Double, dashes: [Double] = []) {
      self.colour = colour
      self.width = width
      self.dashes = dashes
    }
  }

  package mutating func rectangle(
    _ box: Box, fill: String? = nil, stroke: Stroke? = nil, radius: Double = 0
  ) {
    elements.append(.shape(.rectangle(box, radius: radius), fill: fill, stroke: stroke))
  }

  package mutating func line(_ from: Point, _ to: Point, _ stroke: Stroke) {
    polyline([from, to], stroke)
  }

  package mutating func polyline(_ points: [Point], _ stroke: Stroke) {
    elements.append(.shape(.path(points, isClosed: false), fill: nil, stroke: stroke))
  }

  package mutating func polygon(_ points: [Point], fill: String? = nil, stroke: Stroke? = nil) {
    elements.append(.shape(.path(points, isClosed: true), fill: fill, stroke: stroke))
  }

  package mutating func ellipse(in box: Box, fill: String? = nil, stroke: Stroke? = nil) {
    elements.append(.shape(.ellipse(in: box), fill: fill, stroke: stroke))
  }

  package mutating func circle(
    _ centre: Point, radius: Double, fill: String? = nil, stroke: Stroke? = nil
  ) {
    let corner = Point(centre.x - radius, centre.y - radius)
    ellipse(
      in: Box(x: corner.x, y: corner.y, width: 2 * radius, height: 2 * radius), fill: fill,
      stroke: stroke)
  }

  /// A line with a filled head, whose tip is at `to`; the head is at most the whole arrow.
  package mutating func arrow(_ from: Point, _ to: Point, _ stroke: Stroke, head: Double) {
    let (dx, dy) = (to.x - from.x, to.y - from.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 0 else { return }
    let (ux, uy) = (dx / length, dy / length)
    let depth = min(head, length)
    let neck = Point(to.x - ux * depth, to.y - uy * depth)
    let half = depth * 0.4
    line(from, neck, stroke)
    polygon(
      [
        to, Point(neck.x - uy * half, neck.y + ux * half),
        Point(neck.x + uy * half, neck.y - ux * half),
      ], fill: stroke.colour)
  }

  /// One line of text; `at` is on its baseline, at its left, middle or right.
  package mutating func text(
    _ text: String, at point: Point, _ style: TextStyle, _ alignment: TextAlignment = .left
  ) {
    if !text.isEmpty { elements.append(.text(text, at: point, style, alignment)) }
  }

  /// Lines of text below each other; `at` is at the top of the first. Returns the last one's end.
  @discardableResult
  package mutating func lines(
    _ lines: [String], at point: Point, _ style: TextStyle, _ alignment: TextAlignment = .left
  ) -> Double {
    for (index, line) in lines.enumerated() {
      let top = point.y + Double(index) * style.lineHeight
      text(line, at: Point(point.x, top + style.ascent), style, alignment)
    }
    return point.y + Double(lines.count) * style.lineHeight
  }

  package mutating func picture(_ picture: Picture, in box: Box) {
    elements.append(.picture(picture, in: box))
  }

  package mutating func nested(_ svg: NestedSVG, in box: Box) {
    elements.append(.nested(svg, in: box))
  }

  /// Another drawing, its upper left corner at a point.
  package mutating func place(_ other: VectorDrawing, at point: Point, scale: Double = 1) {
    elements.append(.group(other.elements, at: point, scale: scale))
  }
}
