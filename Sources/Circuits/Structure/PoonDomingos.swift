import Configuration

/// All axis-aligned rectangles of a lattice, each cut by all axis-aligned cuts
/// (Poon & Domingos 2011, section 4), at one or more resolutions.
///
/// With steps [4, 1] a region is cut at the multiples of 4 inside it; where there is none, at every
/// cell. Steps are in cells and absolute, so all regions of a level lie on one grid. On an m x n
/// lattice steps [1] give m(m+1)n(n+1)/4 regions and m(m+1)n(n+1)(m+n-2)/12 partitions.
package struct PoonDomingos: RegionStructure, Equatable {
  package static let kind = "poon-domingos"

  /// Descending, each at least 1. Where the last is above 1, regions without a cut are leaves.
  package let steps: [Int]

  package init(steps: [Int]) {
    precondition(PoonDomingos.areValid(steps))
    self.steps = steps
  }

  package init(fields: Fields) {
    let steps = fields.ints("steps", default: [1], in: 1...1_000)
    if !PoonDomingos.areValid(steps) {
      fields.complain("steps", "expected descending steps such as [4, 1], found \(steps)")
    }
    self.steps = PoonDomingos.areValid(steps) ? steps : [1]
  }

  package static func areValid(_ steps: [Int]) -> Bool {
    !steps.isEmpty && steps.allSatisfy { $0 >= 1 } && zip(steps, steps.dropFirst()).allSatisfy(>)
  }

  package var description: String { "\(Self.kind), steps \(steps)" }

  package func regionGraph(of lattice: Lattice) throws -> RegionGraph {
    var builder = Builder(lattice: lattice, steps: steps)
    _ = builder.visit(
      Rectangle(top: 0, bottom: lattice.rows, left: 0, right: lattice.columns))
    return try RegionGraph(
      variableCount: lattice.cellCount, scopes: builder.scopes, partitions: builder.partitions)
  }
}

/// Cells top..<bottom by left..<right.
private struct Rectangle: Hashable {
  var top: Int
  var bottom: Int
  var left: Int
  var right: Int

  /// The two rectangles of every cut, at the coarsest step that has any.
  func cuts(steps: [Int]) -> [(Rectangle, Rectangle)] {
    for step in steps {
      let rows = multiples(of: step, inside: top, bottom).map { row in
        var (upper, lower) = (self, self)
        upper.bottom = row
        lower.top = row
        return (upper, lower)
      }
      let columns = multiples(of: step, inside: left, right).map { column in
        var (before, after) = (self, self)
        before.right = column
        after.left = column
        return (before, after)
      }
      if !(rows.isEmpty && columns.isEmpty) { return rows + columns }
    }
    return []
  }

  private func multiples(of step: Int, inside low: Int, _ high: Int) -> [Int] {
    Array(stride(from: (low / step + 1) * step, to: high, by: step))
  }
}

/// Numbers regions depth first, children before parents: a block's inner regions stand together,
/// so that a tile of their values stays in cache.
private struct Builder {
  let lattice: Lattice
  let steps: [Int]
  var scopes: [Scope] = []
  var partitions: [Partition] = []
  private var indices: [Rectangle: Int] = [:]

  init(lattice: Lattice, steps: [Int]) {
    self.lattice = lattice
    self.steps = steps
  }

  mutating func visit(_ rectangle: Rectangle) -> Int {
    if let known = indices[rectangle] { return known }
    let children = rectangle.cuts(steps: steps).map { (visit($0.0), visit($0.1)) }
    let index = scopes.count
    indices[rectangle] = index
    scopes.append(scope(of: rectangle))
    partitions += children.map { Partition(region: index, $0.0, $0.1) }
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
