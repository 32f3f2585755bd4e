import Circuits
import Numerics
import Workflow

/// A marginal, once by the model's own sums and once as the sum over every completion.
package struct MarginalEnumeration: Sendable {
  /// log p(x_o), nats.
  package let marginal: Double
  /// log of the sum of p(x_o, x_h) over all states of the hidden pixels.
  package let completions: Double

  package var error: Double { abs(marginal - completions) }

  /// - Parameter draws: of the noise of a bound, whose mean log-values are taken.
  /// - Throws: `MarginalFault` for pixels that the leaves cannot hide.
  package init(
    _ circuit: Circuit, image: [UInt8], hiding hidden: [Int32], derived: DerivedParameters,
    workers: ForkJoin, draws: Int = 1
  ) throws {
    let seen = MaskedSource(
      ImageRows(image, pixelCount: image.count), hiding: .hiding(hidden, of: image.count))
    let states = PixelStates(of: hidden, in: image, levels: circuit.leaf.traits.levels)
    var (total, totals) = (0.0, Array(repeating: 0.0, count: states.sampleCount))
    for draw in 0..<draws {
      let noise = NoiseSource(seed: draw, purpose: .evaluation, epoch: 0)
      total +=
        try circuit.logLikelihoods(seen, derived: derived, workers: workers, noise: noise)
        .values[0]
      let values = try circuit.logLikelihoods(
        states, derived: derived, workers: workers, noise: noise)
      for (state, value) in values.values.enumerated() { totals[state] += value }
    }
    marginal = total / Double(draws)
    completions = logSumExp(totals.map { $0 / Double(draws) })
  }
}

extension CertificateSubject {
  /// Marginals of some samples, pixels hidden within a leaf region and all over the image.
  func marginals() throws -> [CertificateCheck] {
    let name = titled("marginals by enumeration")
    guard !isDensity else {
      return [.skipped(name, because: "a density: its completions cannot be listed")]
    }
    var checks: [CertificateCheck] = []
    for (place, hidden) in hiddenSets {
      let errors = try (0..<min(isExact ? 4 : 2, samples.sampleCount)).map { image in
        let both = try MarginalEnumeration(
          circuit, image: samples.image(image), hiding: hidden, derived: derived, workers: workers
        )
        return discrepancy(both.marginal, both.completions)
      }
      checks.append(
        CertificateCheck(
          "\(name), \(place)", found: worst(errors),
          demanded(.atMost(CertificateBound.logLikelihood)), kind: circuit.likelihood,
          detail: "largest error of \(errors.count) samples, "
            + "\(grouped(1 << (hidden.count * (levels == 2 ? 1 : 8)))) completions each"))
    }
    let reason = "leaves of \(circuit.leafPixels[0].count) pixels that can be hidden only whole"
    return checks.isEmpty ? [.skipped(name, because: reason)] : checks
  }

  private var hiddenSets: [(place: String, pixels: [Int32])] {
    let most = min(enumerable(isExact ? 12 : 8), pixelCount - 1)
    guard most > 0, let largest = circuit.leafPixels.max(by: { $0.count < $1.count }) else {
      return []
    }
    guard circuit.leaf.hidesPixels else {
      let region = circuit.leafPixels.filter { $0.count <= enumerable(16) && $0.count < pixelCount }
      return drawn(1, of: region, purpose: 2).map { ("one leaf region", $0) }
    }
    var sets: [(place: String, pixels: [Int32])] = []
    if largest.count > 1 {
      let leaf = drawn(1, of: circuit.leafPixels.filter { $0.count == largest.count }, purpose: 2)
      sets += leaf.map {
        ("within a leaf region", drawn(min(most, $0.count - 1), of: $0, purpose: 3))
      }
    }
    let all = (0..<Int32(pixelCount)).map { $0 }
    sets.append(("all over the image", drawn(most, of: all, purpose: 4)))
    return sets
  }
}
