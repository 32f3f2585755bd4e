/// Weights of one sum unit: the softmax of its logits. One logit gives 1; -inf gives 0.
package func softmax(
  _ logits: UnsafePointer<Float>, count: Int, into weights: UnsafeMutablePointer<Float>
) {
  var largest = -Float.infinity
  for index in 0..<count { largest = logits[index] > largest ? logits[index] : largest }
  var total: Float = 0
  var start = 0
  while start < count {
    let size = min(laneCount, count &- start)
    var x = Lanes(repeating: -Float.infinity)
    for lane in 0..<size { x[lane] = logits[start &+ lane] - largest }
    let e = exponential(x)
    total += sum(e)
    for lane in 0..<size { weights[start &+ lane] = e[lane] }
    start &+= laneCount
  }
  let inverse = 1 / total
  for index in 0..<count { weights[index] *= inverse }
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

/// Adds up `slots` arrays of statistics, first to last, so that the bits do not depend on who
/// filled them.
///
/// - Parameters:
///   - slots: the first slot's element of the range; slot s lies `stride` elements further each.
///   - total: `[count]`, overwritten.
package func addSlots(
  _ slots: UnsafePointer<Float>, slotCount: Int, stride: Int, count: Int,
  into total: UnsafeMutablePointer<Float>
) {
  for index in 0..<count { total[index] = slots[index] }
  for slot in 1..<max(slotCount, 1) {
    let values = slots + slot &* stride
    for index in 0..<count { total[index] += values[index] }
  }
}
