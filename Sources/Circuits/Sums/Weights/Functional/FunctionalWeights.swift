import Configuration

/// Weights that are values of a function: unit i of a region stands for a latent z_i in [-1, 1], and its weights are
/// those of a network at (z_i, z_j), normalised by a quadrature over z_j (probabilistic integral circuits: Gala et
/// al. 2024; manual: Mathematics, Functional weights).
///
/// Whatever the rule and the network, the circuit that results is normalised, and exact.
package struct FunctionalWeights: SumWeights, Equatable {
  package static let kind = "functional"

  /// Which regions have their hidden layers in common.
  package enum Sharing: String, CaseIterable, Sendable {
    case all, level
  }

  /// Random frequencies, each a cosine and a sine: the inputs of the network are twice as many.
  package let frequencies: Int
  /// Hidden units of each of two layers.
  package let hidden: Int
  package let shared: Sharing
  /// Standard deviation of the frequencies.
  package let scale: Double
  /// Of the frequencies.
  package let seed: Int

  package init(
    frequencies: Int = 128, hidden: Int = 256, shared: Sharing = .all, scale: Double = 1,
    seed: Int = 0
  ) {
    self.frequencies = frequencies
    self.hidden = hidden
    self.shared = shared
    self.scale = scale
    self.seed = seed
  }

  package init(fields: Fields) {
    self.init(
      frequencies: fields.int(
        "frequencies", default: 128, in: 1...4_096,
        meaning: "fixed random frequencies, whose cosines and sines are the network's inputs"),
      hidden: fields.int(
        "hidden", default: 256, in: 1...4_096,
        meaning: "units of each of the network's two hidden layers"),
      shared: Sharing(
        rawValue: fields.word(
          "shared", of: Sharing.allCases.map(\.rawValue), default: Sharing.all.rawValue,
          meaning: "which regions have their hidden layers in common: all, or those of a level"))
        ?? .all,
      scale: fields.double(
        "scale", default: 1, in: 0...100, meaning: "standard deviation of the frequencies"),
      seed: fields.int(
        "seed", default: 0, in: 0...Int(Int32.max), meaning: "seed of the frequencies"))
  }

  package var configuration: ResolvedValue {
    .mapping([
      "kind": .string(Self.kind), "frequencies": .integer(frequencies),
      "hidden": .integer(hidden), "shared": .string(shared.rawValue), "scale": .real(scale),
      "seed": .integer(seed),
    ])
  }

  package func complaint(
    about graph: RegionGraph, products: any ProductLayer, units: Int
  ) -> String? {
    let isOneToOne = graph.partitions.allSatisfy {
      products.productCount(children: $0.children.count, units: 2) == 2
    }
    guard isOneToOne else {
      return
        "functional weights need K products a partition: expected products: "
        + "\(ElementwiseProducts.kind), found \(type(of: products).kind)"
    }
    // Inputs of the network at all pairs of nodes are kept.
    guard 2 * frequencies * units * units <= Self.mostInputs else {
      return
        "\(frequencies) frequencies at \(units) x \(units) nodes are more than "
        + "\(Self.mostInputs / 1_000_000) million inputs: expected fewer frequencies or units"
    }
    return nil
  }

  /// 800 MB: enough for K = 512 with 256 frequencies, and no model file may ask for more.
  private static let mostInputs = 200_000_000

  package let hasReestimate = false

  package func bound(to sums: WeightedSums) -> any BoundWeights { NetworkWeights(self, sums) }
}

extension FunctionalWeights: CatalogueKind {
  package static let summary =
    "values of a network at the nodes of a quadrature, normalised: far fewer parameters than weights"
  package static let example = "{kind: functional, frequencies: 128, hidden: 256, shared: all}"
}
