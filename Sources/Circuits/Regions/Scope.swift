/// A set of variables, as bits.
package struct Scope: Hashable, Sendable {
  private var words: [UInt64]
  package let variableCount: Int

  package init(variableCount: Int, _ variables: some Sequence<Int> = EmptyCollection<Int>()) {
    self.variableCount = variableCount
    words = Array(repeating: 0, count: (variableCount + 63) / 64)
    for variable in variables { insert(variable) }
  }

  package mutating func insert(_ variable: Int) {
    precondition(variable >= 0 && variable < variableCount)
    words[variable / 64] |= 1 << UInt64(variable % 64)
  }

  package func contains(_ variable: Int) -> Bool {
    words[variable / 64] >> UInt64(variable % 64) & 1 == 1
  }

  package func union(_ other: Scope) -> Scope {
    var result = self
    for index in words.indices { result.words[index] |= other.words[index] }
    return result
  }

  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The variables, ascending.
  package var variables: [Int] { (0..<variableCount).filter(contains) }

  /// Whether `parts` are disjoint and together are this scope.
  package func isSplit(into parts: [Scope]) -> Bool {
    for index in words.indices {
      var covered: UInt64 = 0
      for part in parts {
        if covered & part.words[index] != 0 { return false }
        covered |= part.words[index]
      }
      if covered != words[index] { return false }
    }
    return true
  }
}
