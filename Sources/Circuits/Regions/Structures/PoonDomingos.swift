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
    let steps = fields.ints(
      "steps", default: [1], in: 1...1_000,
      meaning: "distances of cuts in cells, descending: a rectangle is cut at the first that fits")
    if !PoonDomingos.areValid(steps) {
      fields.complain("steps", "expected descending steps such as [4, 1], found \(steps)")
    }
    self.steps = PoonDomingos.areValid(steps) ? steps : [1]
  }

  package static func areValid(_ steps: [Int]) -> Bool {
    !steps.isEmpty && steps.allSatisfy { $0 >= 1 } && zip(steps, steps.dropFirst()).allSatisfy(>)
  }

  package var description: String { "\(Self.kind), steps \(steps)" }

  package let needsInformation = false

  package func regionGraph(of ground: StructureGround) throws -> RegionGraph {
    try RectangleGraph.regionGraph(of: ground.lattice) { $0.cuts(steps: steps) }
  }
}

extension Rectangle {
  /// The two rectangles of every cut, at the coarsest step that has any.
  fileprivate func cuts(steps: [Int]) -> [[Rectangle]] {
    for step in steps {
      let rows = multiples(of: step, inside: top, bottom).map { cut(row: $0) }
      let columns = multiples(of: step, inside: left, right).map { cut(column: $0) }
      if !(rows.isEmpty && columns.isEmpty) { return rows + columns }
    }
    return []
  }

  private func multiples(of step: Int, inside low: Int, _ high: Int) -> [Int] {
    Array(stride(from: (low / step + 1) * step, to: high, by: step))
  }
}

extension PoonDomingos: CatalogueKind {
  package static let summary =
    "all rectangles of the lattice, all axis-aligned cuts"
  package static let example = "{kind: poon-domingos, steps: [4, 1]}"
}
