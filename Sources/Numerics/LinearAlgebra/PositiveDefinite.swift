/// The Cholesky factor of a symmetric positive definite matrix (Golub & Van Loan, section 4.2).
package struct CholeskyFactor: Sendable {
  package let size: Int
  /// `[row][column]`, lower triangle.
  private let lower: [Double]

  /// Nil where the matrix, `[row][column]`, is not positive definite.
  package init?(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size, "a square matrix")
    var lower = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for k in 0..<column { sum -= lower[row * size + k] * lower[column * size + k] }
        if row == column {
          guard sum > 0 else { return nil }
          lower[row * size + row] = sum.squareRoot()
        } else {
          lower[row * size + column] = sum / lower[column * size + column]
        }
      }
    }
    self.size = size
    self.lower = lower
  }

  /// x with matrix x = `right`.
  package func solve(_ right: [Double]) -> [Double] {
    precondition(right.count == size)
    var x = right
    for row in 0..<size {
      for k in 0..<row { x[row] -= lower[row * size + k] * x[k] }
      x[row] /= lower[row * size + row]
    }
    for row in (0..<size).reversed() {
      for k in row + 1..<max(size, row + 1) { x[row] -= lower[k * size + row] * x[k] }
      x[row] /= lower[row * size + row]
    }
    return x
  }
}

/// The sum of products of two rows, in four interleaved sums: of the same bits everywhere.
package func dotProduct(
  _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, count: Int
) -> Double {
  var sums = SIMD4<Double>.zero
  var k = 0
  while k + 4 <= count {
    let a = UnsafeRawPointer(x + k).loadUnaligned(as: SIMD4<Double>.self)
    let b = UnsafeRawPointer(y + k).loadUnaligned(as: SIMD4<Double>.self)
    sums.addProduct(a, b)
    k += 4
  }
  var rest = 0.0
  while k < count {
    rest += x[k] * y[k]
    k += 1
  }
  return sums.sum() + rest
}
