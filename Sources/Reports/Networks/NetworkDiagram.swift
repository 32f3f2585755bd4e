/// A small sum-product network as books draw it: layers of nodes, the root above.
package struct NetworkDiagram: Sendable {
  package enum Node: Hashable, Sendable {
    case sum
    case product
    /// A distribution, with the name of its variable.
    case leaf(String)
  }

  /// From a node to one of its children.
  package struct Edge: Hashable, Sendable {
    package var parent: Int
    package var child: Int
    /// Of a sum's edge; nil for a product's.
    package var weight: Double?

    package init(_ parent: Int, _ child: Int, weight: Double? = nil) {
      self.parent = parent
      self.child = child
      self.weight = weight
    }
  }

  /// Nodes from the root's layer downwards, numbered through in this order.
  package let layers: [[Node]]
  package let edges: [Edge]

  /// Each edge leads to a lower layer.
  package init(layers: [[Node]], edges: [Edge]) {
    let levels = layers.enumerated().flatMap { level, nodes in nodes.map { _ in level } }
    precondition(
      edges.allSatisfy { edge in
        levels.indices.contains(edge.parent) && levels.indices.contains(edge.child)
          && levels[edge.parent] < levels[edge.child]
      }, "an edge leads downwards")
    precondition(
      !layers.isEmpty && layers.allSatisfy { !$0.isEmpty }, "each layer has nodes")
    self.layers = layers
    self.edges = edges
  }

  /// The diagram, so many units wide; its letters have 16 units.
  package func drawing(width: Double) -> VectorDrawing {
    let (step, radius) = (92.0, 19.0)
    let nodes = layers.joined()
    let places = layers.enumerated().flatMap { level, nodes in
      nodes.indices.map { index in
        Point(
          width * (Double(index) + 0.5) / Double(nodes.count), radius + 2 + step * Double(level))
      }
    }
    var drawing = VectorDrawing(
      width: width, height: step * Double(layers.count - 1) + 2 * radius + 34)
    let stroke = VectorDrawing.Stroke("#6E6E6E", width: 1.5)
    for edge in edges {
      drawing.line(places[edge.parent], places[edge.child], stroke)
    }
    for edge in edges {
      if let weight = edge.weight {
        Self.write(weight, from: places[edge.parent], to: places[edge.child], into: &drawing)
      }
    }
    for (node, place) in zip(nodes, places) {
      Self.draw(node, at: place, radius: radius, into: &drawing)
    }
    return drawing
  }

  /// A weight on its edge, nearer to the child, where edges are farther apart.
  private static func write(
    _ weight: Double, from parent: Point, to child: Point, into drawing: inout VectorDrawing
  ) {
    let style = TextStyle(size: 16)
    let share = 0.52
    let middle = Point(
      parent.x + share * (child.x - parent.x), parent.y + share * (child.y - parent.y))
    let text = svgNumber(weight).replacing(#/\.?0+$/#, with: "")
    let width = style.width(of: text) + 8
    drawing.rectangle(
      Box(x: middle.x - width / 2, y: middle.y - 11, width: width, height: 22), fill: "#FFFFFF")
    drawing.text(text, at: Point(middle.x, middle.y + 0.36 * style.size), style, .centre)
  }

  private static func draw(
    _ node: Node, at place: Point, radius: Double, into drawing: inout VectorDrawing
  ) {
    let stroke = VectorDrawing.Stroke(Palette.text, width: 2)
    switch node {
    case .sum:
      drawing.circle(place, radius: radius, fill: "#DCEBF6", stroke: stroke)
      cross(place, [(10, 0), (0, 10)], stroke, into: &drawing)
    case .product:
      drawing.circle(place, radius: radius, fill: "#FBE7CF", stroke: stroke)
      cross(place, [(7.5, 7.5), (7.5, -7.5)], stroke, into: &drawing)
    case .leaf(let name):
      drawing.circle(place, radius: radius, fill: "#FFFFFF", stroke: stroke)
      // A bell, as a sign for any distribution.
      let bell = stride(from: -1.0, through: 1.0, by: 0.1).map { t in
        let height = 1 / (1 + 5 * t * t + 14 * t * t * t * t)
        return Point(place.x + 13 * t, place.y + 8 - 17 * height)
      }
      drawing.polyline(bell, VectorDrawing.Stroke(Palette.line(0), width: 2))
      let style = TextStyle(size: 16)
      drawing.text(name, at: Point(place.x, place.y + radius + 21), style, .centre)
    }
  }

  private static func cross(
    _ centre: Point, _ arms: [(Double, Double)], _ stroke: VectorDrawing.Stroke,
    into drawing: inout VectorDrawing
  ) {
    for (dx, dy) in arms {
      drawing.line(
        Point(centre.x - dx, centre.y - dy), Point(centre.x + dx, centre.y + dy), stroke)
    }
  }
}
