import Numerics

/// The weights of a mixture of given distributions that make some images most probable, by
/// expectation-maximisation from equal weights; the objective is concave, so that there is one maximum.
///
/// - Parameter logLikelihoods: `[member][image]`, in nats; of an image that no member has, all are -infinity, and
///   it says nothing.
/// - Returns: `[member]`, of sum 1, and the mean log-likelihood of the mixture, in nats.
package func mixtureWeights(
  _ logLikelihoods: [[Double]], steps: Int = 1_000, precision: Double = 1e-9
) -> (weights: [Double], mean: Double) {
  let members = logLikelihoods.count
  let images = logLikelihoods.first?.count ?? 0
  precondition(members > 0 && images > 0 && logLikelihoods.allSatisfy { $0.count == images })
  var weights = Array(repeating: 1 / Double(members), count: members)
  for _ in 0..<steps {
    var counts = Array(repeating: 0.0, count: members)
    for image in 0..<images {
      let terms = mixtureTerms(logLikelihoods, weights, image)
      let total = logSumExp(terms)
      guard total.isFinite else { continue }
      for (member, term) in terms.enumerated() {
        counts[member] += naturalExponential(term - total)
      }
    }
    let total = counts.reduce(0, +)
    guard total > 0 else { break }
    let next = counts.map { $0 / total }
    let moved = zip(next, weights).map { abs($0 - $1) }.max() ?? 0
    weights = next
    if moved < precision { break }
  }
  var sum = 0.0
  for image in 0..<images { sum += logSumExp(mixtureTerms(logLikelihoods, weights, image)) }
  return (weights, sum / Double(images))
}

/// log weight + log p of each member.
private func mixtureTerms(
  _ logLikelihoods: [[Double]], _ weights: [Double], _ image: Int
) -> [Double] {
  weights.enumerated().map { naturalLogarithm($1) + logLikelihoods[$0][image] }
}
