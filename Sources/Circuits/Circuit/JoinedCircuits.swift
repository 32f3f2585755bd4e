import Numerics

/// Circuits over the same pixels as members of one circuit, whose root region has the partitions of all their roots:
/// exact and normalised as they are.
///
/// Where the members' superpixels differ, the graph is rebuilt with single pixels as variables.
package struct JoinedCircuits: Sendable {
  package let circuit: Circuit
  private let members: [Circuit]
  /// Of a member: e^-40, less than which the linear domain does not carry.
  package static let leastWeight = 4.3e-18

  /// Why circuits cannot be joined, with the number of the first that cannot; nil if they can.
  package static func complaint(about circuits: [Circuit]) -> (member: Int, reason: String)? {
    for (member, circuit) in circuits.enumerated() {
      if circuit.classPriors != nil {
        return (member, "classes: expected a model without classes")
      }
      if let difference = circuits[0].differenceInKind(from: circuit, includingSuperpixels: false) {
        return (member, "another kind of circuit than the first; \(difference)")
      }
      if circuit.graph.partitions.isEmpty, circuit.products is DenseProducts {
        return (
          member, "a model of one region has no sum, which \(DenseProducts.kind) products need"
        )
      }
    }
    guard let other = circuits.firstIndex(where: { $0.superpixels != circuits[0].superpixels })
    else { return nil }
    if !circuits[0].hidesPixels {
      return (
        other,
        "\(circuits[0].leaf.name) leaves cannot hide a pixel alone: expected the superpixels of the first"
      )
    }
    guard let scattered = circuits.firstIndex(where: { !$0.leavesAscend }) else { return nil }
    return (
      scattered, "models of different superpixels: expected leaf regions of one superpixel each"
    )
  }

  /// - Precondition: there is a member, and no complaint about them.
  /// - Throws: `RegionGraphFault`, `WeightLimitFault` (78) where the circuit becomes too large.
  package init(_ members: [Circuit]) throws {
    precondition(!members.isEmpty && Self.complaint(about: members) == nil)
    self.members = members
    let first = members[0]
    let superpixels =
      members.allSatisfy { $0.superpixels == first.superpixels }
      ? first.superpixels : Self.pixels(of: first)
    try RegionGraph.requireRoom(
      regions: members.reduce(1) { $0 + $1.graph.scopes.count }, superpixels.count)
    let graph = try RegionGraph.joining(members.map { try $0.graph(over: superpixels) })
    try requireCountable(
      graph, units: first.units, rootUnits: first.units, products: first.products)
    circuit = Circuit(
      graph: graph, units: first.units,
      sums: SumLayers(products: first.products, weights: FreeWeights()),
      leaf: first.leaf, superpixels: Superpixels(superpixels, channels: first.channels))
  }

  /// Each pixel as a superpixel, row by row.
  private static func pixels(of circuit: Circuit) -> [[Int32]] {
    let channels = Int32(circuit.channels)
    return (0..<Int32(circuit.pixelCount) / channels).map { pixel in
      (0..<channels).map { pixel * channels + $0 }
    }
  }

  /// The joint parameters: p = sum of weight times p of the member.
  ///
  /// Exact unless a sum weight is more than 41 nats below the largest of its unit. Such weights, including the joint
  /// root's (scaled by the members' weights), are raised to that floor.
  /// - Parameters:
  ///   - parameters: `[member]`.
  ///   - weights: `[member]`, of sum 1, each at least e^-40: members of less are to be left out.
  package func parameters(_ parameters: [Parameters], weights: [Double]) -> Parameters {
    precondition(parameters.count == members.count && weights.count == members.count)
    precondition(weights.allSatisfy { $0 >= Self.leastWeight })
    let joined = Parameters(count: circuit.layout.parameterCount)
    var place = Place()
    for member in members.indices {
      copy(member, parameters[member], weight: weights[member], into: joined, &place)
    }
    for piece in circuit.pieces { circuit.raiseToFloor(piece, of: joined) }
    return joined
  }

  /// Where the numbers of the next member go.
  private struct Place {
    /// Of `weightGroups`.
    var sum = 0
    /// Of the root's products.
    var product = 0
    /// Of `leafRegions`.
    var leaf = 0
  }

  private func copy(
    _ member: Int, _ own: Parameters, weight: Double, into joined: Parameters, _ place: inout Place
  ) {
    let (from, to) = (members[member], joined.values.pointer)
    let logits = from.sumLogits(own)
    for sum in from.weightGroups.dropLast() {
      let target = circuit.weightGroups[place.sum].weightOffset
      for index in 0..<sum.units * sum.productCount {
        to[target + index] = logits[sum.weightOffset + index]
      }
      place.sum += 1
    }
    setRoot(from, logits, logWeight: naturalLogarithm(weight), to, firstProduct: place.product)
    place.product += from.rootProducts
    for group in from.layout.leafGroups {
      let range = from.layout.parameters(ofLeaf: group[0])
      let target = circuit.layout.parameters(ofLeaf: place.leaf + group[0]).lowerBound
      (to + target).update(from: own.values.pointer + range.lowerBound, count: range.count)
    }
    place.leaf += from.leafRegions.count
  }

  /// Weights of one member's products in the joint root: its own, or equal ones of the units of its only region.
  private func setRoot(
    _ from: Circuit, _ logits: [Float], logWeight: Double, _ to: UnsafeMutablePointer<Float>,
    firstProduct: Int
  ) {
    let root = circuit.weightGroups[circuit.weightGroups.count - 1]
    let own = from.weightGroups.last
    for unit in 0..<root.units {
      let target = root.weightOffset + unit * root.productCount + firstProduct
      for product in 0..<from.rootProducts {
        let logit =
          own.map { Double(logits[$0.weightOffset + unit * $0.productCount + product]) }
          ?? -naturalLogarithm(Double(from.units))
        to[target + product] = Float(logWeight + logit)
      }
    }
  }
}

extension Circuit {
  /// Products that a joint root has of this member.
  fileprivate var rootProducts: Int { weightGroups.last?.productCount ?? units }

  /// Whether every leaf region has its pixels in the order of the image.
  fileprivate var leavesAscend: Bool {
    leafPixels.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 < $1 } }
  }

  /// Its graph over other superpixels, of which its own are unions.
  fileprivate func graph(over parts: [[Int32]]) throws -> RegionGraph {
    guard parts != superpixels else { return graph }
    var owner = Array(repeating: 0, count: pixelCount)
    for (part, values) in parts.enumerated() {
      for value in values { owner[Int(value)] = part }
    }
    return try graph.refined(
      superpixels.map { Set($0.map { owner[Int($0)] }).sorted() }, variableCount: parts.count)
  }
}
