/// Which regions share parameters: those that are copies of each other at another place of the image.
package enum ParameterSharing: String, CaseIterable, Sendable {
  case none
  /// Leaf regions of the same pixels, but for their place.
  case leaves
  /// Sum regions of the same pixels and partitions, but for their place.
  case sums
  /// Both.
  case all

  package var includesLeaves: Bool { self == .leaves || self == .all }
  var includesSums: Bool { self == .sums || self == .all }
}

/// A place in an image.
package struct PixelPlace: Hashable, Sendable {
  package var row: Int
  package var column: Int

  package init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

extension RegionGraph {
  /// The same regions, of which those that are alike share parameters. The root has its own.
  ///
  /// - Parameter pixels: `[variable]`: where the pixels of each variable are.
  package func sharing(
    _ sharing: ParameterSharing, pixels: [[PixelPlace]]
  ) throws -> RegionGraph {
    guard sharing != .none else { return self }
    let places = scopes.map { $0.variables.flatMap { pixels[$0] } }
    let corners = places.map { own in
      PixelPlace(
        row: own.map(\.row).min() ?? 0, column: own.map(\.column).min() ?? 0)
    }
    func relative(_ region: Int, to corner: PixelPlace) -> [PixelPlace] {
      places[region].map {
        PixelPlace(row: $0.row - corner.row, column: $0.column - corner.column)
      }
    }
    var firsts: [[[PixelPlace]]: Int] = [:]
    let groups = scopes.indices.map { region -> Int in
      let own = partitionRanges[region]
      guard region != root, own.isEmpty ? sharing.includesLeaves : sharing.includesSums else {
        return region
      }
      // The pixels of each partition's children, with a mark between partitions.
      let key =
        own.isEmpty
        ? [relative(region, to: corners[region])]
        : partitions[own].flatMap { partition in
          partition.children.map { relative($0, to: corners[region]) } + [[]]
        }
      let first = firsts[key] ?? region
      firsts[key] = first
      return first
    }
    return try RegionGraph(
      variableCount: variableCount, scopes: scopes, partitions: partitions, groups: groups)
  }
}
