import Numerics

/// A named part of the flat parameters, as a model file stores it.
package struct ParameterSlice: Hashable, Sendable {
  package let name: String
  package let range: Range<Int>
}

/// Where everything of a circuit lies in its flat arrays: what is of sums first, then leaf by leaf.
package struct ParameterLayout: Sendable {
  /// Parameters that the sums' weights are derived from.
  package let sumParameterCount: Int
  /// Weights of the sums, and their statistics.
  package let sumWeightCount: Int
  /// Leaf regions that share parameters, ascending; in the order of their first.
  package let leafGroups: [[Int]]
  /// First parameter, derived number and statistic of each leaf group, plus the end.
  let groupParameters: [Int]
  private let groupDerived: [Int]
  let groupStatistics: [Int]
  /// The same of each leaf region.
  package let leafParameters: [Int]
  package let leafDerived: [Int]
  let leafStatistics: [Int]
  private let groupOfLeaf: [Int]

  /// - Parameter groups: `[leaf region]`: equal numbers, of equal shapes, share parameters.
  init(
    sumParameterCount: Int, sumWeightCount: Int, leaves: [LeafSizes], shapes: [LeafShape],
    groups: [Int]
  ) {
    self.sumParameterCount = sumParameterCount
    self.sumWeightCount = sumWeightCount
    let alike = Dictionary(zip(groups, shapes), uniquingKeysWith: { first, _ in first })
    precondition(zip(groups, shapes).allSatisfy { alike[$0] == $1 }, "groups are of equal shapes")
    var (members, places) = ([[Int]](), [Int: Int]())
    for (leaf, group) in groups.enumerated() {
      if let place = places[group] {
        members[place].append(leaf)
      } else {
        places[group] = members.count
        members.append([leaf])
      }
    }
    func offsets(from start: Int, _ size: (LeafSizes) -> Int) -> [Int] {
      members.reduce(into: [start]) { $0.append($0[$0.count - 1] + size(leaves[$1[0]])) }
    }
    let own = groups.map { places[$0] ?? 0 }
    leafGroups = members
    groupOfLeaf = own
    groupParameters = offsets(from: sumParameterCount, \.parameters)
    // Tables of whole vectors start on one.
    groupDerived = offsets(from: wholeLanes(sumWeightCount), \.derived)
    groupStatistics = offsets(from: sumWeightCount, \.statistics)
    func ofLeaves(_ offsets: [Int]) -> [Int] { own.map { offsets[$0] } }
    leafParameters = ofLeaves(groupParameters)
    leafDerived = ofLeaves(groupDerived)
    leafStatistics = ofLeaves(groupStatistics)
  }

  package var parameterCount: Int { groupParameters[groupParameters.count - 1] }
  package var derivedCount: Int { groupDerived[groupDerived.count - 1] }
  package var statisticCount: Int { groupStatistics[groupStatistics.count - 1] }

  /// Where the parameters of a leaf region lie.
  package func parameters(ofLeaf leaf: Int) -> Range<Int> {
    groupParameters[groupOfLeaf[leaf]]..<groupParameters[groupOfLeaf[leaf] + 1]
  }

  /// The first leaf region that has a parameter, or a derived number.
  func leaf(ofParameter index: Int) -> Int { leaf(groupParameters, index) }
  func leaf(ofDerived index: Int) -> Int { leaf(groupDerived, index) }

  private func leaf(_ starts: [Int], _ index: Int) -> Int {
    leafGroups[starts.dropLast().lastIndex { $0 <= index } ?? 0][0]
  }
}

/// A share of the parameters that can be learned by itself: of sums, or of some leaf regions.
///
/// Fixed by the circuit, not by the workers, so that who learns what never changes a bit.
package struct LearningPiece: Sendable {
  enum Members: Sendable {
    /// A piece of the circuit's `boundWeights`.
    case sums(Int)
    /// Indices into the layout's leaf groups.
    case leaves(Range<Int>)
  }

  let members: Members
  package let parameters: Range<Int>
  package let statistics: Range<Int>

  /// Parameters, or statistics of leaves, a piece should have at least: enough work for a fork, small
  /// enough for a cache, and many enough that workers end together.
  static let size = 2_048
}
