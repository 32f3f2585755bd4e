import Numerics

/// What is asked of tables of log-masses besides sums of them.

/// The index where the running sum passes `uniform`; the last that is possible, where rounding leaves the
/// sum short of 1.
package func drawn(_ probabilities: [Double], _ uniform: Double) -> Int {
  var sum = 0.0
  for (index, probability) in probabilities.enumerated() {
    sum += probability
    if uniform < sum { return index }
  }
  return probabilities.lastIndex { $0 > 0 } ?? 0
}

/// A level drawn from log-masses `[level]`, `stride` floats apart: the first at which their sum passes
/// `uniform`.
package func drawLevel(
  _ masses: UnsafePointer<Float>, stride: Int, _ uniform: Double
) -> UInt8 {
  var sum = 0.0
  var last = 0
  for level in 0..<byteLevels {
    let mass = naturalExponential(Double(masses[level &* stride]))
    if mass > 0 { last = level }
    sum += mass
    if uniform < sum { return UInt8(level) }
  }
  // Rounding may leave the sum short of 1.
  return UInt8(last)
}

/// The most probable of log-masses `[level]`, `stride` floats apart; ties go to the lowest.
package func likeliestLevel(
  _ masses: UnsafePointer<Float>, stride: Int
) -> (level: UInt8, mass: Double) {
  var best = 0
  for level in 1..<byteLevels where masses[level &* stride] > masses[best &* stride] {
    best = level
  }
  return (UInt8(best), Double(masses[best &* stride]))
}

/// The expected x = level / 255 of each column, from log-masses `[level][columns]`.
package func levelMeans(
  _ masses: UnsafePointer<Float>, columns: Int, into means: UnsafeMutablePointer<Float>
) {
  var column = 0
  while column < columns {
    let count = min(laneCount, columns &- column)
    var sum = Lanes.zero
    for level in 0..<byteLevels {
      let row = masses + (level &* columns &+ column)
      var own = Lanes(repeating: logWeightOfNothing)
      if count == laneCount {
        own = loadUnaligned(row, 0)
      } else {
        for lane in 0..<count { own[lane] = row[lane] }
      }
      sum.addProduct(exponential(own), Lanes(repeating: Float(level) / 255))
    }
    for lane in 0..<count { means[column &+ lane] = sum[lane] }
    column &+= laneCount
  }
}
