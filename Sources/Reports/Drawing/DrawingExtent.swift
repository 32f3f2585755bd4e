extension VectorDrawing {
  /// The box around each element, groups opened, in units of this drawing: to check that nothing
  /// runs out of a page. Strokes count without their width.
  package var extents: [Box] { elements.flatMap(\.extents) }
}

extension VectorDrawing.Element {
  var extents: [Box] {
    switch self {
    case .shape(let shape, _, _): return [shape.extent]
    case .text(let text, let point, let style, let alignment):
      let width = style.width(of: text)
      let left: Double
      switch alignment {
      case .left: left = point.x
      case .centre: left = point.x - width / 2
      case .right: left = point.x - width
      }
      let top = point.y - style.ascent
      return [Box(x: left, y: top, width: width, height: style.lineHeight)]
    case .picture(_, let box), .nested(_, let box): return [box]
    case .group(let elements, let point, let scale):
      return elements.flatMap(\.extents).map { box in
        Box(
          x: point.x + scale * box.x, y: point.y + scale * box.y, width: scale * box.width,
          height: scale * box.height)
      }
    }
  }
}

extension VectorDrawing.Shape {
  fileprivate var extent: Box {
    switch self {
    case .rectangle(let box, _), .ellipse(in: let box): return box
    case .path(let points, _):
      let boxes = points.map { Box(x: $0.x, y: $0.y, width: 0, height: 0) }
      return boxes.dropFirst().reduce(boxes.first ?? Box(x: 0, y: 0, width: 0, height: 0)) {
        $0.union($1)
      }
    }
  }
}
