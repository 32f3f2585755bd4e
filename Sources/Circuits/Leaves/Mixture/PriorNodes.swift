import Numerics

/// How a few points stand for a standard normal.
package enum NodeRule: String, Sendable, CaseIterable {
  /// All combinations of the normal's quantiles at (i + 1/2) / n, each with the same weight.
  case quantile
  /// All combinations of Gauss-Hermite nodes, with the rule's weights.
  case gaussHermite = "gauss-hermite"
  /// The Hammersley set through the normal's quantiles, each point with the same weight: any number
  /// of nodes (quasi-Monte Carlo).
  case qmc

  /// Whether the nodes are all combinations of some per latent.
  package var isGrid: Bool { self != .qmc }
}

/// Fixed points z_j of a standard normal prior and their weights omega_j, which sum to 1 (Correia et
/// al. 2023, section 3).
package final class PriorNodes: Sendable {
  package let rule: NodeRule
  package let latent: Int
  package let count: Int
  /// `[node][latent]`.
  package let points: [[Double]]
  /// `[node]`, in nats.
  package let logWeights: [Double]
  /// `[latent][paddedCount]`, nodes contiguous; 0 past the last node.
  let rows: AlignedBuffer<Float>
  /// `[2][paddedCount]`: weights and their logarithms; 0 and next to nothing past the last node.
  let shares: AlignedBuffer<Float>

  /// More nodes than this cost more than any leaf is worth.
  package static let limit = 4_096

  /// - Precondition: `PriorNodes.fits(count, latent: latent, rule)`.
  package init(_ rule: NodeRule, count: Int, latent: Int) {
    precondition(PriorNodes.fits(count, latent: latent, rule))
    self.rule = rule
    self.latent = latent
    self.count = count
    var points: [[Double]]
    var weights = Array(repeating: -naturalLogarithm(Double(count)), count: count)
    switch rule {
    case .quantile:
      let side = PriorNodes.root(count, latent)
      let nodes = (0..<side).map { normalQuantile((Double($0) + 0.5) / Double(side)) }
      points = PriorNodes.combinations(nodes, latent)
    case .gaussHermite:
      let hermite = GaussHermite(count: PriorNodes.root(count, latent))
      points = PriorNodes.combinations(hermite.nodes.map { $0 * 2.0.squareRoot() }, latent)
      let logs = hermite.logWeights.map { $0 - naturalLogarithm(Double.pi) / 2 }
      weights = PriorNodes.combinations(logs, latent).map { $0.reduce(0, +) }
    case .qmc:
      points = PriorNodes.hammersleySet(count: count, latent)
        .map { $0.map(normalQuantile) }
    }
    self.points = points
    logWeights = weights
    let stride = wholeLanes(count)
    shares = AlignedBuffer(count: 2 * stride)
    for node in 0..<stride {
      shares.pointer[node] = node < count ? Float(naturalExponential(weights[node])) : 0
      shares.pointer[stride + node] = node < count ? Float(weights[node]) : logWeightOfNothing
    }
    rows = AlignedBuffer(count: latent * stride)
    for (node, point) in points.enumerated() {
      for (k, value) in point.enumerated() { rows.pointer[k * stride + node] = Float(value) }
    }
  }

  /// Whether a rule has that many nodes: a grid has a power of the number of latents.
  package static func fits(_ count: Int, latent: Int, _ rule: NodeRule) -> Bool {
    guard (1...limit).contains(count), latent >= 1 else { return false }
    return !rule.isGrid || power(root(count, latent), latent) == count
  }

  /// The nearest counts below and above that a grid of these latents has, and that are allowed.
  package static func nearestCounts(_ count: Int, latent: Int) -> [Int] {
    let side = root(count, latent)
    return [side, side + 1].compactMap { power($0, latent) }.filter { (2...limit).contains($0) }
  }

  /// The largest whole number whose power is at most `count`.
  private static func root(_ count: Int, _ latent: Int) -> Int {
    var side = 1
    while let next = power(side + 1, latent), next <= count { side += 1 }
    return side
  }

  /// nil where it is above any number of nodes.
  private static func power(_ side: Int, _ exponent: Int) -> Int? {
    if side <= 1 { return side }
    var total = 1
    for _ in 0..<exponent {
      total *= side
      if total > 2 * limit * side { return nil }
    }
    return total
  }

  /// All tuples, the first entry changing fastest.
  private static func combinations(_ values: [Double], _ latent: Int) -> [[Double]] {
    (0..<latent).reduce([[]]) { tuples, _ in
      values.flatMap { value in tuples.map { $0 + [value] } }
    }
  }

  /// The Hammersley set in (0, 1): (j + 1/2) / N, and the radical inverses of j + 1 in the first primes.
  ///
  /// At 64 points in 2 dimensions its second moments of a normal are off by 0.03, where those of
  /// Kronecker sequences (by the golden ratio's kin, by square roots of primes) and of Halton's are off
  /// by 0.1.
  private static func hammersleySet(count: Int, _ latent: Int) -> [[Double]] {
    let bases = primes(latent - 1)
    return (0..<count).map { j in
      [(Double(j) + 0.5) / Double(count)] + bases.map { radicalInverse(j + 1, base: $0) }
    }
  }

  /// The digits of a number behind the point, the last first.
  private static func radicalInverse(_ number: Int, base: Int) -> Double {
    var (rest, place, result) = (number, 1 / Double(base), 0.0)
    while rest > 0 {
      result += place * Double(rest % base)
      rest /= base
      place /= Double(base)
    }
    return result
  }

  private static func primes(_ count: Int) -> [Int] {
    var found: [Int] = []
    var candidate = 2
    while found.count < count {
      if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
      candidate += 1
    }
    return found
  }
}
