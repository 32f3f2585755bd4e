import Numerics

extension RegionGraph {
  /// One graph of several over the same variables, a new root above theirs: a partition a graph, whose only child
  /// is that graph's root.
  ///
  /// Regions keep their order, and parameter groups their members.
  /// - Throws: `RegionGraphFault` where the graph becomes too large.
  package static func joining(_ graphs: [RegionGraph]) throws -> RegionGraph {
    precondition(!graphs.isEmpty && Set(graphs.map(\.variableCount)).count == 1)
    var (scopes, partitions, groups, roots) = ([Scope](), [Partition](), [Int](), [Int]())
    for graph in graphs {
      let first = scopes.count
      scopes += graph.scopes
      groups += graph.groups.map { first + $0 }
      partitions += graph.partitions.map { partition in
        Partition(region: first + partition.region, partition.children.map { first + $0 })
      }
      roots.append(scopes.count - 1)
    }
    try requireRoom(regions: scopes.count + 1, graphs[0].variableCount)
    let root = scopes.count
    scopes.append(graphs[0].scopes[graphs[0].root])
    groups.append(root)
    partitions += roots.map { Partition(region: root, [$0]) }
    return try RegionGraph(
      variableCount: graphs[0].variableCount, scopes: scopes, partitions: partitions, groups: groups
    )
  }
}

/// Circuits over the same superpixels as members of one: a sum over their roots, exact and normalised as they are.
package struct JoinedCircuits: Sendable {
  package let circuit: Circuit
  private let members: [Circuit]
  /// Of a member: e^-40, less than which the linear domain does not carry.
  package static let leastWeight = 4.3e-18

  /// Why circuits cannot be joined, with the number of the first that cannot; nil if they can.
  package static func complaint(about circuits: [Circuit]) -> (member: Int, reason: String)? {
    for (member, circuit) in circuits.enumerated() {
      if !(circuit.products is ElementwiseProducts) {
        return (
          member,
          "products: expected \(ElementwiseProducts.kind), found \(type(of: circuit.products).kind)"
        )
      }
      if circuit.classPriors != nil {
        return (member, "classes: expected a model without classes")
      }
      if let difference = circuits[0].differenceInKind(from: circuit) {
        return (member, "another kind of circuit than the first; \(difference)")
      }
    }
    return nil
  }

  /// - Precondition: there is a member, and no complaint about them.
  /// - Throws: `RegionGraphFault` where the graph becomes too large.
  package init(_ members: [Circuit]) throws {
    precondition(!members.isEmpty && Self.complaint(about: members) == nil)
    self.members = members
    let first = members[0]
    circuit = Circuit(
      graph: try RegionGraph.joining(members.map(\.graph)), units: first.units,
      sums: SumLayers(products: first.products, weights: FreeWeights()), leaf: first.leaf,
      superpixels: Superpixels(first.superpixels, channels: first.channels))
  }

  /// The joint parameters: p = sum of weight times p of the member.
  ///
  /// Exact where no member has sum weights more than 41 nats below their unit's largest, which no training leaves:
  /// they are raised to that.
  /// - Parameters:
  ///   - parameters: `[member]`.
  ///   - weights: `[member]`, of sum 1, each at least e^-40: members of less are to be left out.
  package func parameters(_ parameters: [Parameters], weights: [Double]) -> Parameters {
    precondition(parameters.count == members.count && weights.count == members.count)
    precondition(weights.allSatisfy { $0 >= Self.leastWeight })
    let joined = Parameters(count: circuit.layout.parameterCount)
    let values = joined.values.pointer
    let sums = circuit.weightGroups
    var (firstSum, firstLeaf) = (0, 0)
    for (member, own) in zip(members, parameters) {
      let logits = member.sumLogits(own)
      for sum in member.weightGroups {
        let count = sum.units * sum.productCount
        for index in 0..<count {
          values[sums[firstSum].weightOffset + index] = logits[sum.weightOffset + index]
        }
        firstSum += 1
      }
      for group in member.layout.leafGroups {
        let from = member.layout.parameters(ofLeaf: group[0])
        let to = circuit.layout.parameters(ofLeaf: firstLeaf + group[0])
        (values + to.lowerBound).update(
          from: own.values.pointer + from.lowerBound, count: from.count)
      }
      firstLeaf += member.leafRegions.count
    }
    setRoot(sums[firstSum], weights, values)
    for piece in circuit.pieces { circuit.raiseToFloor(piece, of: joined) }
    return joined
  }

  /// All units of the root alike: each member's weight, spread evenly over its root's units.
  private func setRoot(
    _ root: SumRegion, _ weights: [Double], _ values: UnsafeMutablePointer<Float>
  ) {
    for unit in 0..<root.units {
      for product in 0..<root.productCount {
        let share = weights[product / circuit.units] / Double(circuit.units)
        values[root.weightOffset + unit * root.productCount + product] = Float(
          naturalLogarithm(share))
      }
    }
  }
}
