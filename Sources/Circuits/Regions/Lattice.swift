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

/// What a structure is made of.
package struct StructureGround: Sendable {
  package let lattice: Lattice
  /// Of the training images, for structures that ask for it.
  package let information: MutualInformation?

  package init(lattice: Lattice, information: MutualInformation? = nil) {
    precondition(information == nil || information?.count == lattice.cellCount)
    self.lattice = lattice
    self.information = information
  }
}

/// How a lattice is divided into regions: one conforming type a file.
package protocol RegionStructure: Sendable {
  /// The word in a pipeline's `structure:`.
  static var kind: String { get }

  /// Whether it is made from the mutual information of the cells in the training images.
  var needsInformation: Bool { get }

  /// - Parameter ground: without the information that a structure needs, its graph is one of the same
  ///   size, for predictions of memory and time.
  /// - Throws: `RegionGraphFault`, where settings and lattice do not fit.
  func regionGraph(of ground: StructureGround) throws -> RegionGraph

  /// The setting as text, for people: `poon-domingos, steps [4, 1]`.
  var description: String { get }
}

extension RegionStructure {
  /// The graph of a structure that needs no more than the lattice.
  package func regionGraph(of lattice: Lattice) throws -> RegionGraph {
    try regionGraph(of: StructureGround(lattice: lattice))
  }
}
