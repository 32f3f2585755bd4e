/// The Gauss-Hermite rule: sum_i w_i f(x_i) is the integral of e^(-x^2) f(x) for polynomials f of
/// degree below 2 `count`.
package struct GaussHermite: Sendable {
  /// Ascending.
  package let nodes: [Double]
  package let logWeights: [Double]

  /// Nodes are the eigenvalues of the Jacobi matrix (Golub & Welsch 1969), which has off-diagonal
  /// sqrt(k/2): found by bisection on the number of eigenvalues below a point, so that no start has
  /// to be guessed.
  package init(count: Int) {
    precondition(count >= 1)
    // Eigenvalues of a tridiagonal matrix lie within twice its largest off-diagonal (Gershgorin).
    let bound = 2 * (Double(count) / 2).squareRoot()
    let nodes = (0..<count).map { index -> Double in
      var (low, high) = (-bound, bound)
      while true {
        let middle = (low + high) / 2
        guard low < middle && middle < high else { return middle }
        if GaussHermite.nodesBelow(middle, count: count) > index {
          high = middle
        } else {
          low = middle
        }
      }
    }
    // The rule is symmetric; bisection is so to rounding.
    self.nodes = nodes.indices.map { (nodes[$0] - nodes[count - 1 - $0]) / 2 }
    logWeights = self.nodes.map { GaussHermite.logWeight($0, count: count) }
  }

  /// Sturm's count by the pivots of T - x.
  private static func nodesBelow(_ x: Double, count: Int) -> Int {
    var below = 0
    var pivot = 1.0
    for k in 0..<count {
      pivot = -x - (k == 0 ? 0 : Double(k) / 2 / pivot)
      if pivot == 0 { pivot = 1e-300 }
      if pivot < 0 { below += 1 }
    }
    return below
  }

  /// -log sum_k p_k(x)^2 of the orthonormal polynomials of degree below `count`.
  private static func logWeight(_ x: Double, count: Int) -> Double {
    var previous = 0.0
    var current = 1 / Double.pi.squareRoot().squareRoot()
    var total = 0.0
    for k in 0..<count {
      total += current * current
      let next =
        x * (2 / Double(k + 1)).squareRoot() * current
        - (Double(k) / Double(k + 1)).squareRoot() * previous
      (previous, current) = (current, next)
    }
    return -naturalLogarithm(total)
  }
}

/// All combinations of one-dimensional nodes: the rule for a standard normal in some dimensions.
package final class QuadratureNodes: Sendable {
  /// Nodes a dimension.
  package let perLatent: Int
  package let latent: Int
  /// Nodes in all.
  package let count: Int
  /// `[node][latent]`, scaled to a standard normal: sqrt(2) xi.
  package let offsets: AlignedBuffer<Float>
  /// `[node]`: log of the factor by which f at the node counts in the integral of f itself, over the
  /// determinant of the map from offsets, constants of the prior's density included.
  package let logFactors: AlignedBuffer<Float>

  /// More nodes than this in all would cost more than sampling.
  package static let limit = 4_096

  /// The number of nodes in all; nil above `limit`.
  package static func count(perLatent: Int, latent: Int) -> Int? {
    var total = 1
    for _ in 0..<latent {
      total *= perLatent
      if total > limit { return nil }
    }
    return total
  }

  /// - Precondition: `count(perLatent:latent:)` is not nil.
  package init(perLatent: Int, latent: Int) {
    guard let count = QuadratureNodes.count(perLatent: perLatent, latent: latent) else {
      preconditionFailure("at most \(QuadratureNodes.limit) nodes")
    }
    self.perLatent = perLatent
    self.latent = latent
    self.count = count
    offsets = AlignedBuffer(count: count * latent)
    logFactors = AlignedBuffer(count: count)
    let rule = GaussHermite(count: perLatent)
    for node in 0..<count {
      var rest = node
      // dz = 2^(L/2) |S| dxi, and the prior has (2 pi)^(-L/2).
      var logFactor = -Double(latent) / 2 * naturalLogarithm(Double.pi)
      for k in 0..<latent {
        let x = rule.nodes[rest % perLatent]
        logFactor += rule.logWeights[rest % perLatent] + x * x
        offsets.pointer[node * latent + k] = Float(x * 2.0.squareRoot())
        rest /= perLatent
      }
      logFactors.pointer[node] = Float(logFactor)
    }
  }
}
