import Configuration
import Datasets

extension Catalogues {
  static let binarisations = Catalogue<BinarisationView>([
    .init("none", "the levels as they are: for leaves of 256 levels and densities") { _ in .none },
    .init("threshold", "1 where x/255 > value (0.5)") {
      .threshold($0.double("value", default: 0.5, in: 0...1))
    },
    .init("stochastic", "1 with probability x/255, drawn once by seed, image and pixel") {
      .stochastic(seed: UInt64($0.int("seed", default: 1, in: 0...Int.max)))
    },
    .init("dynamic", "as stochastic, drawn anew each epoch") {
      .dynamic(seed: UInt64($0.int("seed", default: 1, in: 0...Int.max)))
    },
  ])
}

/// As a model file keeps it.
extension BinarisationView {
  var configuration: ResolvedValue {
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
  init?(configuration: ResolvedValue) {
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
