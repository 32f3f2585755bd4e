import Circuits

/// A rectangle of lattice cells, as regions of a Poon-Domingos graph are.
struct LatticeRectangle: Hashable {
  let rows: Range<Int>
  let columns: Range<Int>

  /// Nil for a scope that is no rectangle.
  init?(_ scope: Scope, columns width: Int) {
    let cells = scope.variables
    guard let first = cells.first, let last = cells.last else { return nil }
    rows = first / width..<last / width + 1
    columns = first % width..<last % width + 1
    guard !columns.isEmpty, cells.count == rows.count * columns.count,
      cells.allSatisfy({ columns.contains($0 % width) })
    else { return nil }
  }
}

/// The regions of a graph over a lattice, each with the pairs it is cut into.
struct LatticeRegions {
  let rows: Int
  let columns: Int
  /// By region; nil for scopes that are no rectangle.
  let rectangles: [LatticeRectangle?]
  let cuts: [LatticeRectangle: [(LatticeRectangle, LatticeRectangle)]]

  init(_ graph: RegionGraph, _ lattice: Lattice) {
    rows = lattice.rows
    columns = lattice.columns
    let found = graph.scopes.map { LatticeRectangle($0, columns: lattice.columns) }
    rectangles = found
    var cuts: [LatticeRectangle: [(LatticeRectangle, LatticeRectangle)]] = [:]
    for partition in graph.partitions {
      guard let whole = found[partition.region], let left = found[partition.left],
        let right = found[partition.right]
      else { continue }
      cuts[whole, default: []].append((left, right))
    }
    self.cuts = cuts
  }
}
