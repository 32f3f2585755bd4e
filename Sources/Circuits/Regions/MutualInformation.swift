/// Pairwise mutual information of the cells of a lattice in nats, estimated from training images: what
/// structures are learned from (Chow & Liu 1968).
package struct MutualInformation: Sendable, Equatable {
  /// Cells.
  package let count: Int
  /// `[cell][cell]`, symmetric; the diagonal is not used.
  package let values: [Double]

  package init(count: Int, values: [Double]) {
    precondition(count >= 1 && values.count == count * count)
    self.count = count
    self.values = values
  }

  package subscript(a: Int, b: Int) -> Double { values[a * count + b] }
}
