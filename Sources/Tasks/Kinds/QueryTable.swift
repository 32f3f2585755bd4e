import Circuits
import Configuration
import Models

/// Which questions the models of each leaf family answer, and how: `tessera kinds --queries`.
///
/// Generated from what the leaves say of themselves: their likelihoods, and what they can hide.
package enum QueryTable {
  package struct Row: Sendable {
    package let query: String
    /// By leaf family: `exact`, `lowerBound`, `estimate`.
    package let answers: [(leaf: String, answer: String)]
  }

  /// Names of the columns, and one circuit of each family.
  private static let models: [(name: String, leaf: any Leaf)] = [
    ("bernoulli", BernoulliLeaf()), ("gaussian", GaussianLeaf()), ("mixture", MixtureLeaf()),
    ("vae", AutoencoderLeaf()),
    ("vae iwae", AutoencoderLeaf(estimator: .importance(samples: 5))),
  ]

  package static var rows: [Row] {
    queries.map { query, answer in
      Row(query: query, answers: models.map { ($0.name, answer($0.leaf).rawValue) })
    }
  }

  /// What means, draws and maps of a family are: ratios of its numbers.
  private static func conditional(_ leaf: any Leaf) -> LikelihoodKind {
    leaf.traits.likelihoodInMixtures == .exact ? .exact : .estimate
  }

  private static let queries: [(String, @Sendable (any Leaf) -> LikelihoodKind)] = [
    ("log-likelihood", { $0.traits.likelihoodInMixtures }),
    ("marginal, whole superpixels hidden", { $0.traits.likelihoodInMixtures }),
    (
      "marginal, pixels inside superpixels hidden",
      // Quadrature where the family itself cannot.
      { $0.hidesPixels ? $0.traits.likelihoodInMixtures : .estimate }
    ),
    ("sample", { _ in .exact }),
    ("conditional sample", conditional),
    ("posterior mean of hidden pixels", conditional),
    // A VAE's decoder at fixed nodes has modes.
    ("max-product completion", { $0.hasModes ? .lowerBound : .estimate }),
    ("class posterior (root units as classes)", conditional),
    ("anomaly map", conditional),
    ("entropy of leaf choices", conditional),
    ("mutual information between superpixels", { _ in .estimate }),
  ]

  package static var lines: [String] {
    let names = models.map(\.name)
    let width = (rows.map(\.query.count).max() ?? 0) + 2
    let cell = 12
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(width - text.count, 1))
    }
    let head = padded("query", width) + names.map { padded($0, cell) }.joined()
    return [head]
      + rows.map { row in
        padded(row.query, width) + row.answers.map { padded($0.answer, cell) }.joined()
      }
      + [
        "",
        "exact: of the model's own distribution; lowerBound: in expectation; estimate: neither.",
        "A max-product value is that of the best single tree, and so a lower bound of the maximum.",
        "vae: elbo-analytic; inside superpixels by quadrature; draws, means and maxima by fixed nodes of the",
        "prior, with up to \(Inquiry.mostLatents) latents; class posteriors and maps by the number it was trained with.",
        "Entropies are a column of anomaly --table; mutual information is in the library alone.",
      ]
  }
}
