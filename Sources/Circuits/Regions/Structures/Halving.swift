import Configuration

/// Every rectangle of a lattice cut in the middle, down to single cells: the quad tree and quad graph
/// of Mari, Vessio & Vergari 2023 and Loconte et al. 2024, cut by cut.
///
/// With `cuts: one` the longer side is halved (the rows of a square), which gives a tree of
/// 2 mn - 1 regions on an m x n lattice; with `cuts: both` each side is, and regions are shared. Far
/// fewer partitions than all cuts, and so room for more units. Of an odd side the first half is
/// smaller.
package struct Halving: RegionStructure, Equatable {
  package static let kind = "halving"

  package let cutsBothSides: Bool

  package init(cutsBothSides: Bool) { self.cutsBothSides = cutsBothSides }

  package init(fields: Fields) {
    cutsBothSides =
      fields.word(
        "cuts", of: ["one", "both"], default: "one",
        meaning: "whether a rectangle is cut along its longer side alone, or along each side")
      == "both"
  }

  package var description: String { "\(Self.kind), cuts \(cutsBothSides ? "both" : "one")" }

  package let needsInformation = false

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    try RectangleGraph.regionGraph(of: ground.lattice, cuts: cuts)
  }

  private func cuts(_ rectangle: Rectangle) -> [[Rectangle]] {
    let height = rectangle.bottom - rectangle.top
    let width = rectangle.right - rectangle.left
    let rows = height > 1 ? [rectangle.cut(row: rectangle.top + height / 2)] : []
    let columns = width > 1 ? [rectangle.cut(column: rectangle.left + width / 2)] : []
    if cutsBothSides { return rows + columns }
    return height >= width ? rows : columns
  }
}

extension Halving: CatalogueKind {
  package static let summary =
    "rectangles halved down to cells"
  package static let example = "{kind: halving, cuts: both}"
}
