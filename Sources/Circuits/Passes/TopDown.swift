import Numerics

/// A sum unit or leaf unit on the way down.
struct UnitOfRegion {
  let region: Int
  let unit: Int
}

/// What stands at each region, for walks from the root to the leaves: one product of each sum unit is
/// chosen, and all its children are visited (an induced tree).
struct TopDown: Sendable {
  enum Place: Sendable {
    /// Its index among the circuit's sum regions.
    case sum(Int)
    case leaf(Int)
  }

  let circuit: Circuit
  /// `[region]`
  let places: [Place]

  init(_ circuit: Circuit) {
    self.circuit = circuit
    var places = Array(repeating: Place.leaf(0), count: circuit.graph.scopes.count)
    for (index, sum) in circuit.sumRegions.enumerated() { places[sum.region] = .sum(index) }
    for (index, region) in circuit.leafRegions.enumerated() { places[region] = .leaf(index) }
    self.places = places
  }

  /// Visits everything below a unit.
  ///
  /// - Parameters:
  ///   - enters: false for regions that are left to a later walk.
  ///   - choose: the number of a product of a sum unit, in the order of its weights.
  func walk(
    from start: UnitOfRegion, enters: (UnitOfRegion) -> Bool,
    choose: (SumRegion, _ unit: Int) -> Int, leaf: (_ index: Int, _ unit: Int) -> Void
  ) {
    var open = [start]
    while let next = open.popLast() {
      guard enters(next) else { continue }
      switch places[next.region] {
      case .leaf(let index): leaf(index, next.unit)
      case .sum(let index):
        let sum = circuit.sumRegions[index]
        let product = circuit.product(choose(sum, next.unit), of: sum)
        for (place, child) in circuit.graph.partitions[product.partition].children.enumerated() {
          let unit = circuit.products.unit(
            ofChild: place, product: product.number, units: circuit.units)
          open.append(UnitOfRegion(region: child, unit: unit))
        }
      }
    }
  }
}
