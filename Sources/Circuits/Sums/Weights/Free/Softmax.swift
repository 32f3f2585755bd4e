import Numerics

/// The least logit of a sum unit that the linear domain is right for, in nats below the unit's largest.
///
/// A region's largest product has a weight of at least e^-41 over the number of products, and what is
/// lost beside it is below 2^-126: less than a float's last bit. Smaller weights could be all that an
/// image has, and vanish; see `LogDomainPass`.
package let smallestLogitBelowLargest: Float = smallestLogProbability - 1

/// Raises each logit of neighbouring sum units to `smallestLogitBelowLargest` below its unit's largest.
package func raiseToFloor(
  _ logits: UnsafeMutablePointer<Float>, counts: UnsafeBufferPointer<Int32>
) {
  var unit = logits
  for count in counts {
    let (least, largest) = extremes(unit, count: Int(count))
    let floor = largest + smallestLogitBelowLargest
    if least < floor {
      for index in 0..<Int(count) { unit[index] = max(unit[index], floor) }
    }
    unit += Int(count)
  }
}

/// The least and the largest logit of one sum unit.
@inline(__always)
private func extremes(_ logits: UnsafePointer<Float>, count: Int) -> (least: Float, largest: Float)
{
  var (least, largest) = (Float.infinity, -Float.infinity)
  let whole = count & ~3
  if whole > 0 {
    var (low, high) = (quad(logits), quad(logits))
    for index in stride(from: 4, to: whole, by: 4) {
      let next = quad(logits + index)
      low.replace(with: next, where: next .< low)
      high.replace(with: next, where: next .> high)
    }
    least = min(min(low.x, low.y), min(low.z, low.w))
    largest = max(max(high.x, high.y), max(high.z, high.w))
  }
  for index in whole..<count {
    least = min(least, logits[index])
    largest = max(largest, logits[index])
  }
  return (least, largest)
}

/// Weights of neighbouring sum units: the softmax of each one's logits. A logit of -inf gives 0.
///
/// Exponentials are taken over the whole range at once, because a unit is often shorter than a
/// vector.
/// - Parameters:
///   - counts: `[unit]`: how many logits each has, one unit after the other.
package func softmaxOfUnits(
  _ logits: UnsafePointer<Float>, counts: UnsafeBufferPointer<Int32>,
  into weights: UnsafeMutablePointer<Float>
) {
  var offset = 0
  for unit in 0..<counts.count {
    let count = Int(counts[unit])
    shiftByLargest(logits + offset, count: count, into: weights + offset)
    offset &+= count
  }
  exponentials(weights, count: offset)
  offset = 0
  for unit in 0..<counts.count {
    let count = Int(counts[unit])
    scaleToOne(weights + offset, count: count)
    offset &+= count
  }
}

private typealias Quad = SIMD4<Float>

@inline(__always)
private func quad(_ place: UnsafePointer<Float>) -> Quad {
  UnsafeRawPointer(place).loadUnaligned(as: Quad.self)
}

@inline(__always)
private func put(_ quad: Quad, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: quad, as: Quad.self)
}

@inline(__always)
private func shiftByLargest(
  _ logits: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
) {
  let whole = count & ~3
  let largest = extremes(logits, count: count).largest
  for index in stride(from: 0, to: whole, by: 4) {
    put(quad(logits + index) - Quad(repeating: largest), out + index)
  }
  for index in whole..<count { out[index] = logits[index] - largest }
}

private func exponentials(_ values: UnsafeMutablePointer<Float>, count: Int) {
  let whole = count & ~(laneCount - 1)
  for index in stride(from: 0, to: whole, by: laneCount) {
    let place = UnsafeMutableRawPointer(values + index)
    place.storeBytes(of: exponential(place.loadUnaligned(as: Lanes.self)), as: Lanes.self)
  }
  guard whole < count else { return }
  var last = Lanes.zero
  for index in whole..<count { last[index &- whole] = values[index] }
  last = exponential(last)
  for index in whole..<count { values[index] = last[index &- whole] }
}

@inline(__always)
private func scaleToOne(_ weights: UnsafeMutablePointer<Float>, count: Int) {
  let whole = count & ~3
  let inverse = 1 / total(weights, count: count)
  for index in stride(from: 0, to: whole, by: 4) {
    put(quad(weights + index) * Quad(repeating: inverse), weights + index)
  }
  for index in whole..<count { weights[index] *= inverse }
}

/// Most values that are added in single precision: with 64 additions a lane the sum is within 4e-6 of the exact
/// one, relatively.
private let longestPlainTotal = 256

/// The sum of values of at least 0; of many in blocks, and the blocks' sums in Double. In single precision
/// throughout, the weights of 1,000 products were off by 1e-5.
@inline(__always)
private func total(_ weights: UnsafePointer<Float>, count: Int) -> Float {
  guard count > longestPlainTotal else { return plainTotal(weights, count: count) }
  var total = 0.0
  for first in stride(from: 0, to: count, by: longestPlainTotal) {
    total += Double(plainTotal(weights + first, count: min(longestPlainTotal, count &- first)))
  }
  return Float(total)
}

@inline(__always)
private func plainTotal(_ weights: UnsafePointer<Float>, count: Int) -> Float {
  let whole = count & ~3
  var quads = Quad.zero
  for index in stride(from: 0, to: whole, by: 4) { quads += quad(weights + index) }
  var total = (quads.x + quads.z) + (quads.y + quads.w)
  for index in whole..<count { total += weights[index] }
  return total
}

/// Gradient by the logits of one sum unit: w (dW - sum w dW) times `scale`, where dW is the
/// gradient by the weights.
package func softmaxGradient(
  weights: UnsafePointer<Float>, weightGradient: UnsafePointer<Float>, count: Int, scale: Float,
  into gradient: UnsafeMutablePointer<Float>
) {
  var mean: Float = 0
  for index in 0..<count { mean += weights[index] * weightGradient[index] }
  for index in 0..<count {
    gradient[index] = weights[index] * (weightGradient[index] - mean) * scale
  }
}
