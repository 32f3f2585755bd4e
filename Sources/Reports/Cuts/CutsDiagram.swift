/// The recursive cuts of a region graph over a lattice: a region, all cuts of it, and so on along
/// one branch down to a leaf region. After Poon & Domingos 2011, figure 2, and the scientific poster.
package struct CutsDiagram: Sendable {
  /// A line of the lattice that parts a region in two.
  package enum Cut: Hashable, Sendable {
    /// A level line above this row.
    case aboveRow(Int)
    /// An upright line left of this column.
    case leftOfColumn(Int)
  }

  /// A rectangle of the lattice, with its partitions in the graph's order; a leaf region has none.
  package struct Region: Hashable, Sendable {
    package var rows: Range<Int>
    package var columns: Range<Int>
    package var cuts: [Cut]

    package init(rows: Range<Int>, columns: Range<Int>, cuts: [Cut]) {
      self.rows = rows
      self.columns = columns
      self.cuts = cuts
    }
  }

  /// What stands below a leaf region.
  package enum Leaf: Hashable, Sendable {
    /// A distribution over one pixel, by name.
    case distribution(String)
    /// A variational autoencoder over a superpixel of so many pixels.
    case autoencoder(rows: Int, columns: Int)
  }

  package struct Counts: Hashable, Sendable {
    package var regions, partitions, sumNodes, productNodes, leafUnits: Int

    package init(
      regions: Int, partitions: Int, sumNodes: Int, productNodes: Int, leafUnits: Int
    ) {
      self.regions = regions
      self.partitions = partitions
      self.sumNodes = sumNodes
      self.productNodes = productNodes
      self.leafUnits = leafUnits
    }
  }

  package let rows: Int
  package let columns: Int
  package let leaf: Leaf
  /// Units of each region: sum units, or leaf units.
  package let units: Int
  package let counts: Counts
  private let regions: [Place: Region]

  private struct Place: Hashable {
    let rows, columns: Range<Int>
  }

  /// - `regions`: all of the graph, in any order; more than the branch shown does no harm. The whole
  ///   lattice is one of them, and both parts of each cut are.
  package init(
    rows: Int, columns: Int, regions: [Region], leaf: Leaf, units: Int, counts: Counts
  ) {
    var places: [Place: Region] = [:]
    for region in regions {
      let isInside = region.cuts.allSatisfy { cut in
        switch cut {
        case .aboveRow(let row): region.rows.dropFirst().contains(row)
        case .leftOfColumn(let column): region.columns.dropFirst().contains(column)
        }
      }
      precondition(isInside, "a cut parts its region")
      places[Place(rows: region.rows, columns: region.columns)] = region
    }
    self.regions = places
    self.rows = rows
    self.columns = columns
    self.leaf = leaf
    self.units = units
    self.counts = counts
  }

  /// A region of the branch that is shown, and which of its parts is followed.
  struct Step {
    let region: Region
    /// The index of a cut of the region, and whether its second part is the next region.
    let followed: (cut: Int, isSecond: Bool)
  }

  /// From the whole lattice to a leaf region, always into halves: the shortest way down.
  var branch: (steps: [Step], leaf: Region) {
    var region = self.region(0..<rows, 0..<columns)
    var steps: [Step] = []
    while let followed = Self.evenest(region) {
      steps.append(Step(region: region, followed: followed))
      let parts = Self.parts(of: region, region.cuts[followed.cut])
      let next = followed.isSecond ? parts.second : parts.first
      region = self.region(next.rows, next.columns)
    }
    return (steps, region)
  }

  private func region(_ rows: Range<Int>, _ columns: Range<Int>) -> Region {
    guard let region = regions[Place(rows: rows, columns: columns)] else {
      preconditionFailure("both parts of a cut are regions")
    }
    return region
  }

  /// The two parts: upper and lower, or left and right; without their own cuts.
  static func parts(of region: Region, _ cut: Cut) -> (first: Region, second: Region) {
    var (first, second) = (region, region)
    (first.cuts, second.cuts) = ([], [])
    switch cut {
    case .aboveRow(let row):
      first.rows = region.rows.lowerBound..<row
      second.rows = row..<region.rows.upperBound
    case .leftOfColumn(let column):
      first.columns = region.columns.lowerBound..<column
      second.columns = column..<region.columns.upperBound
    }
    return (first, second)
  }

  /// The cut nearest to the middle, and its smaller part, or that which is more of a square; of an
  /// upper and a lower part always the lower, from which the way on is free.
  private static func evenest(_ region: Region) -> (cut: Int, isSecond: Bool)? {
    let choices = region.cuts.indices.flatMap { index -> [(cut: Int, isSecond: Bool)] in
      if case .aboveRow = region.cuts[index] { return [(index, true)] }
      return [(index, false), (index, true)]
    }
    return choices.min { one, other in order(one, region) < order(other, region) }
  }

  private static func order(
    _ choice: (cut: Int, isSecond: Bool), _ region: Region
  ) -> (Int, Int, Int, Int) {
    let (first, second) = parts(of: region, region.cuts[choice.cut])
    let followed = choice.isSecond ? second : first
    return (
      abs(first.area - second.area), followed.area,
      abs(followed.rows.count - followed.columns.count), choice.cut
    )
  }
}

extension CutsDiagram.Region {
  var area: Int { rows.count * columns.count }
}
