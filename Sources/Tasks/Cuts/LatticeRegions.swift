import Circuits
import Reports

/// The rectangles of a Poon-Domingos graph and their cuts, read back from its scopes: what a diagram
/// of cuts is drawn from.
enum LatticeRegions {
  /// Regions in the graph's order, each with its cuts in the graph's order.
  static func regions(_ graph: RegionGraph, columns: Int) -> [CutsDiagram.Region] {
    let rectangles = graph.scopes.map { Rectangle($0, columns: columns) }
    return rectangles.indices.map { region in
      let whole = rectangles[region]
      let cuts = graph.partitionRanges[region].map { index -> CutsDiagram.Cut in
        let partition = graph.partitions[index]
        let parts = partition.children.map { rectangles[$0] }
        // Whichever child has the lower index, the cut is where the second part begins.
        let top = parts.map(\.rows.lowerBound).max() ?? 0
        return top > whole.rows.lowerBound
          ? .aboveRow(top) : .leftOfColumn(parts.map(\.columns.lowerBound).max() ?? 0)
      }
      return CutsDiagram.Region(rows: whole.rows, columns: whole.columns, cuts: cuts)
    }
  }

  private struct Rectangle {
    let rows: Range<Int>
    let columns: Range<Int>

    init(_ scope: Scope, columns width: Int) {
      let cells = scope.variables
      let (first, last) = (cells.first ?? 0, cells.last ?? 0)
      rows = first / width..<last / width + 1
      columns = first % width..<last % width + 1
      precondition(cells.count == rows.count * columns.count, "regions are rectangles")
    }
  }
}
