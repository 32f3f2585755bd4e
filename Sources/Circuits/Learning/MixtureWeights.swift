import Numerics

/// The weights of a mixture of given distributions that make some images most probable, by
/// expectation-maximisation from equal weights; the objective is concave, so that there is one maximum.
///
/// - Parameters:
///   - logLikelihoods: `[member][image]`, in nats; each image has a probability in at least one member.
///   - check: called once a step; throws to stop.
/// - Returns: `[member]`, of sum 1, and the mean log-likelihood of the mixture, in nats.
package func mixtureWeights(
  _ logLikelihoods: [[Double]], steps: Int = 1_000, precision: Double = 1e-9,
  check: () throws -> Void
) rethrows -> (weights: [Double], mean: Double) {
  let members = logLikelihoods.count
  let images = logLikelihoods.first?.count ?? 0
  precondition(members > 0 && images > 0 && logLikelihoods.allSatisfy { $0.count == images })
  var weights = Array(repeating: 1 / Double(members), count: members)
  var terms = weights
  /// Leaves the members' shares of an image in `terms`; returns the image's log-likelihood.
  func share(_ image: Int, _ logWeights: [Double]) -> Double {
    for member in 0..<members { terms[member] = logWeights[member] + logLikelihoods[member][image] }
    let total = logSumExp(terms)
    for member in 0..<members { terms[member] = naturalExponential(terms[member] - total) }
    return total
  }
  for _ in 0..<steps {
    try check()
    let logWeights = weights.map(naturalLogarithm)
    var counts = Array(repeating: 0.0, count: members)
    for image in 0..<images {
      _ = share(image, logWeights)
      for member in 0..<members { counts[member] += terms[member] }
    }
    let next = counts.map { $0 / Double(images) }
    let moved = zip(next, weights).map { abs($0 - $1) }.max() ?? 0
    weights = next
    if moved < precision { break }
  }
  let logWeights = weights.map(naturalLogarithm)
  let sum = (0..<images).reduce(0.0) { $0 + share($1, logWeights) }
  return (weights, sum / Double(images))
}
