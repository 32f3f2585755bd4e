/// Cells top..<bottom by left..<right.
struct Rectangle: Hashable {
  var top: Int
  var bottom: Int
  var left: Int
  var right: Int

  /// Above and below a row.
  func cut(row: Int) -> [Rectangle] {
    var (upper, lower) = (self, self)
    upper.bottom = row
    lower.top = row
    return [upper, lower]
  }

  /// Before and after a column.
  func cut(column: Int) -> [Rectangle] {
    var (before, after) = (self, self)
    before.right = column
    after.left = column
    return [before, after]
  }
}

/// The regions of a lattice whose rectangles are cut into parts again and again.
///
/// Numbers regions depth first, children before parents: a block's inner regions stand together,
/// so that a tile of their values stays in cache.
struct RectangleGraph {
  private let lattice: Lattice
  private let cuts: (Rectangle) -> [[Rectangle]]
  private var scopes: [Scope] = []
  private var partitions: [Partition] = []
  private var indices: [Rectangle: Int] = [:]

  /// - Parameter cuts: the ways to cut a rectangle, each a list of its parts; none for a leaf region.
  /// - Throws: `RegionGraphFault`, where settings and lattice do not fit or the graph is too large.
  static func regionGraph(
    of lattice: Lattice, cuts: @escaping (Rectangle) -> [[Rectangle]]
  ) throws -> RegionGraph {
    var graph = RectangleGraph(lattice: lattice, cuts: cuts)
    _ = try graph.visit(Rectangle(top: 0, bottom: lattice.rows, left: 0, right: lattice.columns))
    return try RegionGraph(
      variableCount: lattice.cellCount, scopes: graph.scopes, partitions: graph.partitions)
  }

  private init(lattice: Lattice, cuts: @escaping (Rectangle) -> [[Rectangle]]) {
    self.lattice = lattice
    self.cuts = cuts
  }

  private mutating func visit(_ rectangle: Rectangle) throws -> Int {
    if let known = indices[rectangle] { return known }
    let children = try cuts(rectangle).map { parts in try parts.map { try visit($0) } }
    try RegionGraph.requireRoom(regions: scopes.count + 1, lattice.cellCount)
    let index = scopes.count
    indices[rectangle] = index
    scopes.append(scope(of: rectangle))
    partitions += children.map { Partition(region: index, $0) }
    return index
  }

  private func scope(of rectangle: Rectangle) -> Scope {
    var scope = Scope(variableCount: lattice.cellCount)
    for row in rectangle.top..<rectangle.bottom {
      for column in rectangle.left..<rectangle.right {
        scope.insert(row * lattice.columns + column)
      }
    }
    return scope
  }
}
