/// The numbers of one Adam step (Kingma & Ba 2015, algorithm 1), bias corrections folded in.
package struct AdamStep: Sendable {
  package var rate: Float
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  /// 1 - beta1^t.
  package var firstCorrection: Float
  /// 1 - beta2^t.
  package var secondCorrection: Float

  package init(
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, beta1Power: Double,
    beta2Power: Double
  ) {
    self.rate = Float(rate)
    self.beta1 = Float(beta1)
    self.beta2 = Float(beta2)
    self.epsilon = Float(epsilon)
    firstCorrection = Float(1 - beta1Power)
    secondCorrection = Float(1 - beta2Power)
  }
}

/// One step uphill for `count` parameters.
package func adamAscend(
  _ step: AdamStep, parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>, count: Int
) {
  let size = step.rate / step.firstCorrection
  let inverse = 1 / step.secondCorrection
  for index in 0..<count {
    let g = gradient[index]
    let m = step.beta1 * firstMoment[index] + (1 - step.beta1) * g
    let v = step.beta2 * secondMoment[index] + (1 - step.beta2) * g * g
    firstMoment[index] = m
    secondMoment[index] = v
    parameters[index] += size * m / ((v * inverse).squareRoot() + step.epsilon)
  }
}
