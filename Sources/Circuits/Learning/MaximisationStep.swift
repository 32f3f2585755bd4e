import Numerics

/// The numbers of one step of expectation-maximisation.
package struct MaximisationStep: Sendable {
  /// eta in w <- (1 - eta) w + eta n / sum n: 1 forgets what was, as full-batch EM does.
  package var size: Float
  /// Observations added to each distribution, spread evenly over its values.
  package var pseudoCount: Float
  /// How counts of levels are smoothed before they are used; nil for not at all.
  package var smoothing: LevelSmoothing?

  package init(size: Float = 1, pseudoCount: Float = 0, smoothing: LevelSmoothing? = nil) {
    precondition(size >= 0 && size <= 1 && pseudoCount >= 0)
    self.size = size
    self.pseudoCount = pseudoCount
    self.smoothing = smoothing
  }
}

/// The smallest log-probability that a step leaves an outcome or an edge, in nats: 4e-18, far below
/// what a float sees beside 1, so that it changes no other number; and not zero, because a weight of
/// zero could never rise again, has a logit that no file should keep, and is nothing for sums that
/// share an exponent.
package let smallestLogProbability: Float = -40

/// e to `smallestLogProbability`.
let leastProbability: Float = 4.248_354_3e-18

/// Fewer images than this are none: what is so unlikely is noise of the floats.
package let smallestTotalCount: Float = 1e-30

/// One step of expectation-maximisation for the weights of one sum unit, or of one distribution over
/// numbered outcomes (Peharz et al. 2020, section 3.5): p <- (1 - eta) p + eta n / sum n, kept as
/// log p, no smaller than `smallestLogProbability`.
///
/// A total count of 0 leaves the logits as they are.
/// - Parameters:
///   - probabilities: the present ones, the softmax of `logits`.
///   - counts: expected counts; overwritten.
package func categoricalReestimate(
  probabilities: UnsafePointer<Float>, counts: UnsafeMutablePointer<Float>, count: Int,
  step: MaximisationStep, into logits: UnsafeMutablePointer<Float>
) {
  var total: Float = 0
  for index in 0..<count { total += counts[index] }
  guard total > smallestTotalCount else { return }
  let each = step.pseudoCount / Float(count)
  let scale = step.size / (total + step.pseudoCount)
  for index in 0..<count {
    counts[index] = (1 - step.size) * probabilities[index] + (counts[index] + each) * scale
  }
  logProbabilities(counts, count: count, into: logits)
}

/// Expected counts of the edges of one sum unit, n = w dlog S/dw, which is the flow of the unit times w
/// times product / value (Peharz et al. 2017, eq. 16): in place of the gradient by the weights.
package func edgeCounts(
  weights: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int
) {
  for index in 0..<count { gradient[index] *= weights[index] }
}

/// One step for independent binary pixels: means move as weights of two outcomes do. A pixel without
/// counts keeps its logit.
///
/// - Parameters:
///   - counts: `[pixel][2]`, expected counts of both outcomes.
///   - table: `[pixel][2]`, the present log-probabilities of both.
///   - logits: `[pixel]`, from -40 to 40 where they are set; see `smallestLogProbability`.
package func bernoulliReestimate(
  counts: UnsafePointer<Float>, table: UnsafePointer<Float>, count: Int, step: MaximisationStep,
  into logits: UnsafeMutablePointer<Float>
) {
  let half = step.pseudoCount / 2
  for index in 0..<count {
    let (zeros, ones) = (counts[2 &* index], counts[2 &* index &+ 1])
    let total = zeros + ones
    guard total > smallestTotalCount else { continue }
    let kept = Double(1 - step.size)
    let scale = Double(step.size) / Double(total + step.pseudoCount)
    // Both outcomes by themselves: the smaller would not survive a subtraction from 1.
    let zero = kept * naturalExponential(Double(table[2 &* index])) + Double(zeros + half) * scale
    let one =
      kept * naturalExponential(Double(table[2 &* index &+ 1])) + Double(ones + half) * scale
    let bound = -Double(smallestLogProbability)
    let logit = naturalLogarithm(one) - naturalLogarithm(zero)
    logits[index] = Float(min(max(logit, -bound), bound))
  }
}

/// One step for independent Gaussian pixels: expectations of x and x^2 move as weights do, in units of
/// the present sigma around the present mean, because raw second moments would cancel.
///
/// Pseudo-observations are spread evenly over [0, 1]. A pixel without counts keeps its parameters.
/// - Parameters:
///   - moments: `[gaussian][3]`, see `gaussianMoments`.
///   - table: `[gaussian][3]`, see `gaussianTable`.
///   - smallest: sigma's lower bound.
///   - set: told number, mean and sigma, at least `smallest`.
@inline(__always)
package func gaussianReestimate(
  moments: UnsafePointer<Float>, table: UnsafePointer<Float>, count: Int, smallest: Double,
  step: MaximisationStep, set: (_ index: Int, _ mean: Double, _ sigma: Double) -> Void
) {
  let (size, pseudo) = (Double(step.size), Double(step.pseudoCount))
  for index in 0..<count {
    let observed = moments[3 &* index]
    guard observed > smallestTotalCount else { continue }
    let (mean, sigma) = (Double(table[3 &* index]), 1 / Double(table[3 &* index &+ 1]))
    let total = Double(observed) + pseudo
    let evenMean = (0.5 - mean) / sigma
    let evenSquare = evenMean * evenMean + 1 / (12 * sigma * sigma)
    let first = size * (Double(moments[3 &* index &+ 1]) + pseudo * evenMean) / total
    let second =
      (1 - size) + size * (Double(moments[3 &* index &+ 2]) + pseudo * evenSquare) / total
    let variance = max(second - first * first, 0)
    set(index, mean + sigma * first, max(sigma * variance.squareRoot(), smallest))
  }
}

/// max(log p, smallest), a vector at a time.
private func logProbabilities(
  _ probabilities: UnsafePointer<Float>, count: Int, into logits: UnsafeMutablePointer<Float>
) {
  let least = Lanes(repeating: leastProbability)
  let whole = count & ~(laneCount - 1)
  for index in stride(from: 0, to: whole, by: laneCount) {
    let own = UnsafeRawPointer(probabilities + index).loadUnaligned(as: Lanes.self)
    UnsafeMutableRawPointer(logits + index)
      .storeBytes(of: logarithm(larger(own, least)), as: Lanes.self)
  }
  guard whole < count else { return }
  var last = least
  for index in whole..<count { last[index &- whole] = probabilities[index] }
  last = logarithm(larger(last, least))
  for index in whole..<count { logits[index] = last[index &- whole] }
}
