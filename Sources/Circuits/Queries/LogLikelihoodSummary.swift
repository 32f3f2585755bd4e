import Numerics

/// A set's log-likelihood in the numbers a table needs.
package struct LogLikelihoodSummary: Sendable, Equatable {
  package let images: Int
  /// Nats an image.
  package let mean: Double
  /// Of the mean, from the sample's spread; NaN for fewer than two images.
  package let standardError: Double
  package let kind: LikelihoodKind

  /// No images give a mean of NaN; one of likelihood zero gives -inf.
  package init(_ logLikelihoods: LogLikelihoods) {
    let values = logLikelihoods.values
    let count = Double(values.count)
    images = values.count
    kind = logLikelihoods.kind
    mean = values.reduce(0, +) / count
    let center = mean
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    standardError =
      values.count < 2 ? .nan : (squares / (count - 1)).squareRoot() / count.squareRoot()
  }

  /// -log2 p a dimension, which is one value (pixels x channels): what a lossless code would need.
  package func bitsPerDimension(values: Int) -> Double {
    -mean / (Double(values) * naturalLogarithm(2))
  }
}
