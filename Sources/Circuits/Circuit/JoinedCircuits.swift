import Numerics

/// Circuits over the same pixels as members of one: their roots become one region, exact and normalised as they are.
///
/// Members of other superpixels than the first meet over single pixels.
package struct JoinedCircuits: Sendable {
  package let circuit: Circuit
  private let members: [Circuit]
  /// Of a member: e^-40, less than which the linear domain does not carry.
  package static let leastWeight = 4.3e-18

  /// Why circuits cannot be joined, with the number of the first that cannot; nil if they can.
  package static func complaint(about circuits: [Circuit]) -> (member: Int, reason: String)? {
    let ownPixels = circuits.allSatisfy { $0.superpixels == circuits[0].superpixels }
    for (member, circuit) in circuits.enumerated() {
      if circuit.classPriors != nil {
        return (member, "classes: expected a model without classes")
      }
      if circuit.graph.partitions.isEmpty {
        return (member, "superpixels: expected two or more, or there is no sum to join")
      }
      if let difference = circuits[0].differenceInKind(from: circuit, includingSuperpixels: false) {
        return (member, "another kind of circuit than the first; \(difference)")
      }
      if !ownPixels, !circuit.leavesAscend {
        return (
          member,
          "models of different superpixels: expected leaf regions of one superpixel each"
        )
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
    let superpixels =
      members.allSatisfy { $0.superpixels == first.superpixels }
      ? first.superpixels : Self.pixels(of: first)
    circuit = Circuit(
      graph: try RegionGraph.joining(members.map { try $0.graph(over: superpixels) }),
      units: first.units, sums: SumLayers(products: first.products, weights: FreeWeights()),
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
  /// Exact where no member has sum weights more than 41 nats below their unit's largest, which no training leaves:
  /// they are raised to that.
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
    let (logits, logWeight) = (from.sumLogits(own), naturalLogarithm(weight))
    for sum in from.weightGroups.dropLast() {
      let target = circuit.weightGroups[place.sum].weightOffset
      for index in 0..<sum.units * sum.productCount {
        to[target + index] = logits[sum.weightOffset + index]
      }
      place.sum += 1
    }
    let root = circuit.weightGroups[circuit.weightGroups.count - 1]
    let fromRoot = from.weightGroups[from.weightGroups.count - 1]
    for unit in 0..<root.units {
      let first = fromRoot.weightOffset + unit * fromRoot.productCount
      let target = root.weightOffset + unit * root.productCount + place.product
      for product in 0..<fromRoot.productCount {
        to[target + product] = Float(logWeight + Double(logits[first + product]))
      }
    }
    place.product += fromRoot.productCount
    for group in from.layout.leafGroups {
      let range = from.layout.parameters(ofLeaf: group[0])
      let target = circuit.layout.parameters(ofLeaf: place.leaf + group[0]).lowerBound
      (to + target).update(from: own.values.pointer + range.lowerBound, count: range.count)
    }
    place.leaf += from.leafRegions.count
  }
}

extension Circuit {
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
