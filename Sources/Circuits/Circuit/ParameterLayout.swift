import Numerics

/// A named part of the flat parameters, as a model file stores it.
package struct ParameterSlice: Hashable, Sendable {
  package let name: String
  package let range: Range<Int>
}

/// Where everything of a circuit lies in its flat arrays: sum weights first, then leaf by leaf.
package struct ParameterLayout: Sendable {
  /// First parameter, derived number and statistic of each leaf region, plus the end.
  package let leafParameters: [Int]
  package let leafDerived: [Int]
  let leafStatistics: [Int]
  package let sumWeightCount: Int

  init(sumWeightCount: Int, leaves: [LeafSizes]) {
    self.sumWeightCount = sumWeightCount
    func offsets(from start: Int, _ size: (LeafSizes) -> Int) -> [Int] {
      leaves.reduce(into: [start]) { $0.append($0[$0.count - 1] + size($1)) }
    }
    leafParameters = offsets(from: sumWeightCount, \.parameters)
    // Tables of whole vectors start on one.
    leafDerived = offsets(from: wholeLanes(sumWeightCount), \.derived)
    leafStatistics = offsets(from: sumWeightCount, \.statistics)
  }

  package var parameterCount: Int { leafParameters[leafParameters.count - 1] }
  package var derivedCount: Int { leafDerived[leafDerived.count - 1] }
  package var statisticCount: Int { leafStatistics[leafStatistics.count - 1] }
}

/// A share of the parameters that can be learned by itself: some sum regions, or some leaf regions.
///
/// Fixed by the circuit, not by the workers, so that who learns what never changes a bit.
package struct LearningPiece: Sendable {
  enum Members: Sendable {
    /// Indices into the schedule's sum regions.
    case sums(Range<Int>)
    /// Indices into the leaf regions.
    case leaves(Range<Int>)
  }

  let members: Members
  package let parameters: Range<Int>
  package let statistics: Range<Int>

  /// Parameters, or statistics of leaves, a piece should have at least: enough work for a fork, small
  /// enough for a cache, and many enough that workers end together.
  static let size = 2_048
}
