/// Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan,
/// *Matrix Computations*, section 8.5): accurate also for small eigenvalues, and cubic a sweep, so for
/// matrices of up to some hundred rows.
package struct SymmetricEigenvectors: Sendable {
  /// Descending.
  package let values: [Double]
  /// `[eigenvalue][row]`, orthonormal; of each vector the entry largest in magnitude is positive.
  package let vectors: [Double]

  /// - Parameter matrix: `[row][column]`, symmetric and finite.
  package init(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size, "a square matrix")
    var a = matrix
    var v = (0..<size * size).map { $0 % (size + 1) == 0 ? 1.0 : 0.0 }
    a.withUnsafeMutableBufferPointer { a in
      v.withUnsafeMutableBufferPointer { v in
        guard let a = a.baseAddress, let v = v.baseAddress else { return }
        // Convergence is quadratic at the end: ten sweeps are many.
        for _ in 0..<60 where !Self.sweep(a, v, size) { break }
      }
    }
    let order = (0..<size).sorted { (a[$0 * (size + 1)], $1) > (a[$1 * (size + 1)], $0) }
    values = order.map { a[$0 * (size + 1)] }
    vectors = order.flatMap { Self.signed(v[$0 * size..<($0 + 1) * size]) }
  }

  private static func signed(_ vector: ArraySlice<Double>) -> [Double] {
    let largest = vector.max { abs($0) < abs($1) } ?? 0
    return largest < 0 ? vector.map(-) : Array(vector)
  }

  /// Rotates every pair once; false once nothing was worth rotating.
  private static func sweep(
    _ a: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>, _ size: Int
  ) -> Bool {
    var isChanged = false
    for p in 0..<size {
      for q in p + 1..<max(size, p + 1) {
        let off = a[p * size + q]
        let (app, aqq) = (a[p * size + p], a[q * size + q])
        // Too small to change a digit of either eigenvalue.
        let limit = 0x1p-54 * (abs(app) * abs(aqq)).squareRoot()
        guard abs(off) > max(limit, Double.leastNormalMagnitude) else { continue }
        isChanged = true
        let theta = (aqq - app) / (2 * off)
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        rotate(a, p, q, size, cosine: c, sine: t * c)
        a[p * size + p] = app - t * off
        a[q * size + q] = aqq + t * off
        a[p * size + q] = 0
        a[q * size + p] = 0
        rotateRows(v + p * size, v + q * size, size, cosine: c, sine: t * c)
      }
    }
    return isChanged
  }

  /// Rows and columns p and q, but for where they meet.
  private static func rotate(
    _ a: UnsafeMutablePointer<Double>, _ p: Int, _ q: Int, _ size: Int, cosine c: Double,
    sine s: Double
  ) {
    let (rowP, rowQ) = (a + p * size, a + q * size)
    rotateRows(rowP, rowQ, size, cosine: c, sine: s)
    for k in 0..<size where k != p && k != q {
      a[k * size + p] = rowP[k]
      a[k * size + q] = rowQ[k]
    }
  }

  private static func rotateRows(
    _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int,
    cosine c: Double, sine s: Double
  ) {
    for k in 0..<count {
      let (xk, yk) = (x[k], y[k])
      x[k] = c * xk - s * yk
      y[k] = s * xk + c * yk
    }
  }
}
