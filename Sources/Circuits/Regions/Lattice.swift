/// The grid of superpixels that region structures cut: `rows` x `columns` cells, row-major.
package struct Lattice: Hashable, Sendable {
  package let rows: Int
  package let columns: Int

  package init(rows: Int, columns: Int) {
    precondition(rows >= 1 && columns >= 1)
    self.rows = rows
    self.columns = columns
  }

  package var cellCount: Int { rows * columns }
}

/// How a lattice is cut into regions: one conforming type a file.
package protocol RegionStructure: Sendable {
  /// The word in a pipeline's `structure:`.
  static var kind: String { get }

  /// - Throws: `RegionGraphFault`, where settings and lattice do not fit.
  func regionGraph(of lattice: Lattice) throws -> RegionGraph

  /// The setting as text, for people: `poon-domingos, steps [4, 1]`.
  var description: String { get }
}
