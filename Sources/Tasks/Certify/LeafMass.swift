import Circuits
import Numerics
import Workflow

/// The sums of leaf units over all states of a region's pixels: 1 for a distribution, below it for a
/// lower bound.
///
/// A bound with noise is one in expectation of its log: so the mean of the log-values over some draws is
/// summed. One draw each would add up to about 1, or above it, because e^x is convex.
package struct LeafMass: Sendable {
  /// Largest number of pixels whose states are all visited.
  package static let mostPixels = 16
  /// Of a larger region so many, the others summed out.
  static let pixelsOfLarge = 12

  package let leaf: Int
  package let pixels: [Int32]
  /// `[unit]`
  package let masses: [Double]

  /// - Parameter draws: of the noise; 1 for a leaf without.
  /// - Throws: `MarginalFault` where the region is larger than can be enumerated and its leaves sum
  ///   nothing out.
  package init(
    of circuit: Circuit, leaf index: Int, derived: DerivedParameters, workers: ForkJoin,
    draws: Int = 1
  ) throws {
    leaf = index
    let own = circuit.leafPixels[index]
    let blank = [UInt8](repeating: 0, count: circuit.pixelCount)
    let bits = circuit.leaf.traits.levels == 2 ? 1 : 8
    let few = max(Self.pixelsOfLarge / bits, 1)
    let step = max(own.count / few, 1)
    pixels =
      own.count <= Self.mostPixels / bits ? own : (0..<few).map { own[$0 * step] }
    let hidden: PixelMask =
      pixels.count == own.count ? .nothing : .showing(pixels, of: circuit.pixelCount)
    let states = MaskedSource(
      PixelStates(of: pixels, in: blank, levels: circuit.leaf.traits.levels), hiding: hidden)
    var values = Array(
      repeating: Array(repeating: 0.0, count: states.sampleCount), count: circuit.units)
    for draw in 0..<draws {
      let drawn = try circuit.leafLogLikelihoods(
        states, leaf: index, derived: derived, workers: workers,
        noise: NoiseSource(seed: draw, purpose: .evaluation, epoch: 0))
      for (unit, row) in drawn.enumerated() {
        for (state, value) in row.enumerated() { values[unit][state] += value / Double(draws) }
      }
    }
    masses = values.map { unit in unit.reduce(0) { $0 + naturalExponential($1) } }
  }
}

extension CertificateSubject {
  func massOfLeaves() throws -> CertificateCheck {
    let name = titled("mass of leaf units")
    guard !isDensity else {
      return .skipped(name, because: "a density: it has no states to sum over")
    }
    let leaves = leavesToSum
    guard let first = leaves.first else {
      return .skipped(
        name, because: "leaves of \(largestLeaf) pixels whose family sums no pixels out")
    }
    let found = try leaves.map {
      try LeafMass(of: circuit, leaf: $0, derived: derived, workers: workers, draws: draws)
    }
    let masses = found.flatMap(\.masses)
    let most = found.max { $0.pixels.count < $1.pixels.count }
    let shown = most?.pixels.count ?? 0
    let states = 1 << (shown * (levels == 2 ? 1 : 8))
    let isWhole = circuit.leafPixels[first].count <= enumerable(LeafMass.mostPixels)
    let what =
      "\(masses.count) units of \(leaves.count) leaf regions, each over "
      + (isWhole
        ? "all \(grouped(states)) states"
        : "\(grouped(states)) states of \(shown) \(levels == 2 ? "pixels" : "values")")
    guard isExact else {
      return CertificateCheck(
        name, found: masses.reduce(0, +) / Double(masses.count), .none, kind: circuit.likelihood,
        detail: "mean mass, \(what)"
          + (draws == 1 ? "" : ", mean log-values of \(draws) draws"))
    }
    return CertificateCheck(
      name, found: worst(masses.map { abs($0 - 1) }), .atMost(CertificateBound.mass),
      kind: .exact, detail: "largest |mass - 1|, \(what)")
  }

  private var draws: Int { circuit.leaf.traits.isNoisy ? 16 : 1 }

  private var largestLeaf: Int { circuit.leafPixels.map(\.count).max() ?? 0 }

  /// Of many leaf regions those with the largest parameters, and as many others by the seed.
  private var leavesToSum: [Int] {
    let limit = enumerable(LeafMass.mostPixels)
    let sizes = circuit.leafPixels.map { min($0.count, limit + 1) }
    let all = sizes.indices.filter { sizes[$0] <= limit || circuit.leaf.hidesPixels }
    let states = 1 << (min(sizes.max() ?? 0, limit) * (levels == 2 ? 1 : 8))
    let most = max(2, min(64, (isExact ? 1 << 18 : 1 << 17) / states))
    guard all.count > most else { return all }
    let extreme = all.sorted { (-largestParameter($0), $0) < (-largestParameter($1), $1) }
      .prefix(most / 2)
    let rest = all.filter { !extreme.contains($0) }
    return (extreme + drawn(most - extreme.count, of: rest, purpose: 1)).sorted()
  }

  private func largestParameter(_ leaf: Int) -> Float {
    let range = circuit.layout.parameters(ofLeaf: leaf)
    return range.reduce(0) { max($0, abs(parameters.values.pointer[$1])) }
  }
}
