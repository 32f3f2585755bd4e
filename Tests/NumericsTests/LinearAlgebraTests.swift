import Numerics
import Testing

@Suite struct LinearAlgebraTests {
  private let tolerance = 1e-12

  /// A A^T of numbers that differ, of rank `rank`.
  private func scatter(_ size: Int, rank: Int) -> [Double] {
    let factor = (0..<size * rank).map {
      NoiseKey(seed: 7, purpose: .initialisation, image: $0).uniform - 0.5
    }
    return (0..<size * size).map { index in
      let (row, column) = (index / size, index % size)
      return (0..<rank).reduce(0) { $0 + factor[row * rank + $1] * factor[column * rank + $1] }
    }
  }

  @Test(arguments: [(1, 1), (2, 2), (7, 7), (30, 30), (30, 4)])
  func eigenvectorsAreOrthonormalAndDiagonalise(size: Int, rank: Int) {
    let matrix = scatter(size, rank: rank)
    let eigen = SymmetricEigenvectors(matrix, size: size)
    #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 >= $1 })
    for first in 0..<size {
      let own = eigen.vectors[first * size..<(first + 1) * size]
      let image = (0..<size).map { row in
        zip(matrix[row * size..<(row + 1) * size], own).reduce(0) { $0 + $1.0 * $1.1 }
      }
      for (value, entry) in zip(image, own) {
        #expect(abs(value - eigen.values[first] * entry) < tolerance)
      }
      for second in 0..<size {
        let other = eigen.vectors[second * size..<(second + 1) * size]
        let product = zip(own, other).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (first == second ? 1 : 0)) < tolerance)
      }
    }
    for value in eigen.values.dropFirst(rank) { #expect(abs(value) < tolerance) }
  }

  /// By hand: eigenvalues 3 and 1, along (1, 1) and (1, -1).
  @Test func aMatrixOfTwo() {
    let eigen = SymmetricEigenvectors([2, 1, 1, 2], size: 2)
    let half = 0.5.squareRoot()
    for (found, expected) in zip(eigen.values + eigen.vectors.prefix(2), [3, 1, half, half]) {
      #expect(abs(found - expected) < tolerance)
    }
    let diagonal = SymmetricEigenvectors([1, 0, 0, 0, 5, 0, 0, 0, -2], size: 3)
    #expect(diagonal.values == [5, 1, -2])
    #expect(diagonal.vectors == [0, 1, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test(arguments: [1, 2, 9])
  func choleskySolves(size: Int) throws {
    var matrix = scatter(size, rank: size)
    for row in 0..<size { matrix[row * (size + 1)] += 0.1 }
    let wanted = (0..<size).map { Double($0) - 1.5 }
    let right = (0..<size).map { row in
      zip(matrix[row * size..<(row + 1) * size], wanted).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let found = try #require(CholeskyFactor(matrix, size: size)).solve(right)
    for (value, expected) in zip(found, wanted) { #expect(abs(value - expected) < 1e-10) }
  }

  @Test func whatIsNotPositiveDefiniteHasNoFactor() {
    #expect(CholeskyFactor([1, 2, 2, 1], size: 2) == nil)
    #expect(CholeskyFactor([0], size: 1) == nil)
  }

  @Test(arguments: [0, 1, 3, 4, 9])
  func dotProducts(count: Int) {
    let x = (0..<9).map { Double($0 + 1) }
    let y = (0..<9).map { Double(2 * $0 - 3) }
    #expect(
      dotProduct(x, y, count: count) == (0..<count).reduce(0) { $0 + x[$1] * y[$1] })
  }
}
