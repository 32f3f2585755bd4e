import Configuration

/// Every rectangle of a lattice cut into four quarters at once, down to single cells (Mari, Vessio &
/// Vergari 2023). Where one side is a single cell the other is halved. Of an odd side the first half is
/// smaller.
///
/// A partition of four children wants elementwise products.
package struct QuadTree: RegionStructure, Equatable {
  package static let kind = "quad-tree"

  package init() {}

  package var description: String { Self.kind }

  package let needsInformation = false

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    try RectangleGraph.regionGraph(of: ground.lattice) { rectangle in
      let (height, width) = (rectangle.bottom - rectangle.top, rectangle.right - rectangle.left)
      guard height * width > 1 else { return [] }
      let rows =
        height > 1 ? rectangle.cut(row: rectangle.top + height / 2) : [rectangle]
      return [
        rows.flatMap { row in
          width > 1 ? row.cut(column: row.left + width / 2) : [row]
        }
      ]
    }
  }
}

extension QuadTree: CatalogueKind {
  package static let summary =
    "rectangles cut into four quarters, for elementwise products"
  package static var example: String { kind }
}
