import Numerics

/// Smoothing of the expected counts of one value's levels: an observation of a level counts a little for levels near
/// it, as in EM with a smoothing step (Silverman et al. 1990).
///
/// A share of each count takes one step of a random walk: to a level up to `width` away, nearer ones more often, with
/// Metropolis acceptance, so that the distribution of the value over all units is stationary: little of a peak at one
/// level moves to its neighbours. Each unit keeps its total count.
package struct LevelSmoothing: Hashable, Sendable {
  /// Of each count that walks, from 0 to 1; what is not accepted stays.
  package var share: Float
  /// Levels that the walk goes at most.
  package var width: Int

  package init(share: Float, width: Int) {
    precondition(share >= 0 && share <= 1 && width >= 1)
    self.share = share
    self.width = width
  }

  /// The probability of a step of so many levels up, or down, before acceptance: triangular.
  package func proposal(_ distance: Int) -> Float {
    let whole = Float(width * (width + 1))
    return distance <= width ? share * Float(width + 1 - distance) / whole : 0
  }
}

/// Probability that is spread evenly over all levels in the distribution of a walk, where none may be impossible.
private let evenShare: Float = 1e-3

/// Hands `body` the counts `[level][stride]`, smoothed where the step says so.
///
/// - Parameters:
///   - table: log-probabilities `[level][stride]` before the step.
func withSmoothedCounts(
  _ counts: UnsafePointer<Float>, table: UnsafePointer<Float>, stride: Int,
  step: MaximisationStep, _ body: (UnsafePointer<Float>) -> Void
) {
  guard let smoothing = step.smoothing, smoothing.share > 0 else { return body(counts) }
  let size = byteLevels &* stride
  withAlignedRows(size &+ stride &+ byteLevels) { rows in
    let (totals, marginal) = (rows + size, rows + (size &+ stride))
    guard
      findMarginal(
        counts, table: table, stride: stride, size: step.size, totals: totals, into: marginal)
    else { return body(counts) }
    rows.update(from: counts, count: size)
    for level in 0..<byteLevels {
      let own = level &* stride
      for distance in 1...smoothing.width where level &+ distance < byteLevels {
        let other = (level &+ distance) &* stride
        let (here, there) = (marginal[level], marginal[level &+ distance])
        let proposal = smoothing.proposal(distance)
        let up = Lanes(repeating: proposal * min(1, there / here))
        let down = Lanes(repeating: proposal * min(1, here / there))
        var column = 0
        while column < stride {
          let flow = load(counts + own, column) * up - load(counts + other, column) * down
          store(load(rows + own, column) - flow, rows + own, column)
          store(load(rows + other, column) + flow, rows + other, column)
          column &+= laneCount
        }
      }
    }
    body(rows)
  }
}

/// The distribution of a value over all units after a step without smoothing and pseudo-counts.
///
/// - Returns: whether there is one: something was counted.
private func findMarginal(
  _ counts: UnsafePointer<Float>, table: UnsafePointer<Float>, stride: Int, size: Float,
  totals: UnsafeMutablePointer<Float>, into marginal: UnsafeMutablePointer<Float>
) -> Bool {
  var whole: Float = 0
  var column = 0
  while column < stride {
    var total = Lanes.zero
    for level in 0..<byteLevels { total += load(counts + level &* stride, column) }
    store(total, totals, column)
    whole += total.sum()
    column &+= laneCount
  }
  guard whole > smallestTotalCount else { return false }
  let scale = 1 / (whole * (1 + evenShare))
  let each = evenShare / (Float(byteLevels) * (1 + evenShare))
  for level in 0..<byteLevels {
    let row = level &* stride
    var sum = Lanes.zero
    var column = 0
    while column < stride {
      let present = load(totals, column) * exponential(load(table + row, column))
      sum += (1 - size) * present + size * load(counts + row, column)
      column &+= laneCount
    }
    marginal[level] = sum.sum() * scale + each
  }
  return true
}
