import Configuration

extension BinarisationView {
  /// What may stand behind `binarisation:`.
  package static let catalogue = Catalogue<BinarisationView>(
    "binarisations",
    [
      .init("none", "the levels as they are: for leaves of 256 levels and densities") { _ in .none
      },
      .init(
        "threshold", "1 where x/255 > value", example: "{kind: threshold, value: 0.5}"
      ) {
        .threshold(
          $0.double(
            "value", default: 0.5, in: 0...1,
            meaning: "share of the highest level above which a pixel is 1"))
      },
      .init(
        "stochastic", "1 with probability x/255, drawn once by seed, image and pixel",
        example: "{kind: stochastic, seed: 2}"
      ) {
        .stochastic(seed: drawSeed($0))
      },
      .init(
        "dynamic", "as stochastic, drawn anew each epoch", example: "{kind: dynamic, seed: 2}"
      ) {
        .dynamic(seed: drawSeed($0))
      },
    ])

  private static func drawSeed(_ fields: Fields) -> UInt64 {
    UInt64(
      fields.int(
        "seed", default: 1, in: 0...Int.max,
        meaning: "seed of the draws, independent of the pipeline's"))
  }
}

/// As a model file keeps it.
extension BinarisationView {
  package var configuration: ResolvedValue {
    switch self {
    case .none: .mapping(["kind": .string("none")])
    case .threshold(let value): .mapping(["kind": .string("threshold"), "value": .real(value)])
    case .stochastic(let seed): Self.seeded("stochastic", seed)
    case .dynamic(let seed): Self.seeded("dynamic", seed)
    }
  }

  private static func seeded(_ kind: String, _ seed: UInt64) -> ResolvedValue {
    .mapping(["kind": .string(kind), "seed": .integer(Int(clamping: seed))])
  }

  /// Nil for what this version does not know.
  package init?(configuration: ResolvedValue) {
    let fields = configuration.mapping ?? [:]
    let seed = fields["seed"]?.integer.flatMap { UInt64(exactly: $0) }
    switch (fields["kind"]?.string, fields["value"]?.real, seed) {
    case ("none", _, _): self = .none
    case ("threshold", let value?, _) where (0...1).contains(value): self = .threshold(value)
    case ("stochastic", _, let seed?): self = .stochastic(seed: seed)
    case ("dynamic", _, let seed?): self = .dynamic(seed: seed)
    default: return nil
    }
  }
}
