import Circuits
import Numerics

/// Parameters that a slow check looks at: all of few; of many some 30, by an odd step that meets every
/// unit and number.
package func sampledParameters(_ range: Range<Int>) -> StrideTo<Int> {
  stride(
    from: range.lowerBound, to: range.upperBound,
    by: range.count > 300 ? range.count / 30 | 1 : 1)
}

/// About thirty parameters, spread over all of them.
package func spreadParameters(_ range: Range<Int>) -> StrideTo<Int> {
  stride(from: range.lowerBound, to: range.upperBound, by: range.count / 30 | 1)
}

/// One leaf family with one setting, in a circuit small enough for finite differences.
package struct LeafCase: Sendable, CustomStringConvertible {
  package let leaf: any Leaf
  package let tiny: TinyCircuit

  package init(
    _ leaf: any Leaf,
    _ tiny: TinyCircuit = TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 5)
  ) {
    self.leaf = leaf
    self.tiny = tiny
  }

  /// How large the terms are that a gradient by a number is summed of: of 255 throws 255, and Float keeps
  /// so much less of their differences.
  package var largestTerm: Double {
    leaf.configuration.canonicalText.contains(BinomialEmission.kind) ? 255 : 1
  }

  /// Whether a whole step of expectation-maximisation has a closed form: not where pixels have hidden
  /// components of their own.
  package var hasClosedStep: Bool {
    leaf.hasReestimate && !leaf.configuration.canonicalText.contains(LeafChannels.joint)
  }

  package var description: String { "\(leaf.configuration.canonicalText), \(tiny)" }

  package func circuit() throws -> Circuit { try tiny.circuit(leaf: leaf) }

  /// Images of every level the leaf distinguishes.
  package func images(count: Int) -> [[UInt8]] {
    let binary = noisyImages(count: count, pixels: tiny.pixelCount)
    guard leaf.traits.levels > 2 else { return binary }
    return binary.enumerated().map { image, row in
      row.enumerated().map { UInt8(truncatingIfNeeded: image &* 37 &+ $0 &* 91 &+ Int($1) &* 55) }
    }
  }

  private static let whole = TinyCircuit(rows: 1, columns: 1, units: 3, cellPixels: 12)

  /// Every family of the catalogue, each way of asking it, and odd sizes.
  package static let all: [LeafCase] =
    Activation.allCases.flatMap { activation in
      [AutoencoderEstimator.analytic, .importance(samples: 1), .importance(samples: 3)].map {
        LeafCase(AutoencoderLeaf(hidden: 3, latent: 2, activation: activation, estimator: $0))
      }
    } + [
      LeafCase(AutoencoderLeaf(hidden: 5, latent: 3, estimator: .importance(samples: 2))),
      LeafCase(AutoencoderLeaf(hidden: 4, latent: 1)),
      // The gradient with respect to z is longer than the decoder's rows.
      LeafCase(AutoencoderLeaf(hidden: 2, latent: 24, estimator: .importance(samples: 2))),
      LeafCase(AutoencoderLeaf(hidden: 1, latent: 9)),
      // A grid of whole vectors of nodes, one that ends within a vector, and learned weights.
      LeafCase(MixtureLeaf(nodes: PriorNodes(.quantile, count: 16, latent: 2), hidden: 3)),
      LeafCase(
        MixtureLeaf(
          nodes: PriorNodes(.gaussHermite, count: 9, latent: 2), hidden: 5,
          activation: .softplus, learnsWeights: true)),
      LeafCase(
        MixtureLeaf(
          nodes: PriorNodes(.qmc, count: 35, latent: 3), hidden: 4, activation: .relu,
          learnsWeights: true)),
      LeafCase(
        ProductLeaf(
          region: [3, 4], cell: [2, 3],
          inner: MixtureLeaf(nodes: PriorNodes(.qmc, count: 7, latent: 1), hidden: 3)), whole),
      LeafCase(BernoulliLeaf()),
      LeafCase(GaussianLeaf()),
      LeafCase(GaussianLeaf(smallest: 0.3)),
      // Cells that do not divide the region of 3 x 4 pixels, and a product of one component.
      LeafCase(ProductLeaf(region: [3, 4], cell: [2, 3], inner: BernoulliLeaf()), whole),
      LeafCase(
        ProductLeaf(
          region: [3, 4], cell: [2, 2],
          inner: AutoencoderLeaf(hidden: 3, estimator: .importance(samples: 2))), whole),
      LeafCase(
        ProductLeaf(region: [3, 4], cell: [3, 2], inner: GaussianLeaf()),
        TinyCircuit(rows: 1, columns: 1, units: 1, cellPixels: 12)),
      LeafCase(
        MixedLeaf([
          GaussianLeaf(),
          AutoencoderLeaf(hidden: 3).with(emission: GaussianEmission()),
        ])),
      LeafCase(
        MixedLeaf(
          [BernoulliLeaf(), MixtureLeaf(nodes: PriorNodes(.qmc, count: 7, latent: 1), hidden: 3)],
          shares: [1, 2]),
        TinyCircuit(rows: 1, columns: 2, units: 3, cellPixels: 4)),
      // Leaves that note images, within others.
      LeafCase(
        MixedLeaf([
          factorisedLeaf(CategoricalEmission()),
          MixtureLeaf(
            nodes: PriorNodes(.qmc, count: 5, latent: 1), hidden: 2, activation: .tanh,
            learnsWeights: true, emission: LogisticEmission()),
          MixtureLeaf(
            nodes: PriorNodes(.qmc, count: 3, latent: 1), hidden: 2, activation: .tanh,
            learnsWeights: false, emission: CategoricalEmission()),
        ]),
        TinyCircuit(rows: 1, columns: 2, units: 3, cellPixels: 2)),
      LeafCase(
        ProductLeaf(
          region: [3, 4], cell: [2, 3],
          inner: MixtureLeaf(
            nodes: PriorNodes(.qmc, count: 5, latent: 1), hidden: 2, activation: .tanh,
            learnsWeights: false, emission: LogisticEmission())), whole),
    ] + emissionCases

  private static let coloured = TinyCircuit(
    rows: 1, columns: 2, units: 2, cellPixels: 2, channels: 2)

  /// Every emission, as what it makes a leaf of.
  private static let emissionCases: [LeafCase] = emissionFamilies.flatMap { family in
    family.examples.flatMap { emission in
      // More units than fill a vector, and values enough for one to be hidden.
      [(2, 3), (19, 1)].map { units, values in
        LeafCase(
          factorisedLeaf(emission),
          TinyCircuit(rows: 1, columns: 2, units: units, cellPixels: values))
      } + [
        LeafCase(
          MixtureLeaf(
            nodes: PriorNodes(.quantile, count: 9, latent: 2), hidden: 3, activation: .tanh,
            learnsWeights: true, emission: emission),
          TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 2)),
        LeafCase(
          MixtureLeaf(
            nodes: PriorNodes(.qmc, count: 70, latent: 1), hidden: 2, activation: .softplus,
            learnsWeights: false, emission: emission),
          TinyCircuit(rows: 1, columns: 1, units: 3, cellPixels: 2)),
        LeafCase(
          AutoencoderLeaf(hidden: 3, estimator: .importance(samples: 2)).with(emission: emission),
          TinyCircuit(rows: 1, columns: 2, units: 2, cellPixels: 2)),
        // Channels of a pixel, joint where they usually are not and apart where they usually are joint.
        LeafCase(jointLeaf(emission, components: 2), coloured),
        LeafCase(
          jointLeaf(emission, components: 3),
          TinyCircuit(rows: 1, columns: 2, units: 19, channels: 3)),
        LeafCase(
          ProductLeaf(
            .channels,
            of: MixtureLeaf(
              nodes: PriorNodes(.qmc, count: 7, latent: 1), hidden: 2, activation: .tanh,
              learnsWeights: true, emission: emission)), coloured),
        LeafCase(
          ProductLeaf(
            .channels, of: AutoencoderLeaf(hidden: 2).with(emission: emission)),
          TinyCircuit(rows: 1, columns: 2, units: 2, channels: 2)),
      ]
    }
  }
}
